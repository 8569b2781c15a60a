"""`StegError`, the one exception that users of the package have to handle, and a kind of it."""


class StegError(Exception):
    """Invalid input or a missing part. Its text is a sentence for the user: what is wrong and what to do."""


class NothingFoundError(StegError):
    """A picture in which no secret is found: not one of ours, or too little of it is left."""
