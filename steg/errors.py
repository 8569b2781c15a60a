"""The one exception a user of Steg has to know."""


class StegError(Exception):
    """Bad input or a missing part. Its text is one sentence for the user: what is wrong and what to do."""
