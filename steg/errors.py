"""`StegError`, the one exception that users of the package have to handle."""


class StegError(Exception):
    """Invalid input or a missing part. Its text is a sentence for the user: what is wrong and what to do."""
