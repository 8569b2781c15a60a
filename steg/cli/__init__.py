"""Command line: `steg hide COVER SECRET -o STEGO.png`, `reveal`, `info`; also as `python -m steg`."""

import sys

from steg.errors import NothingFoundError, StegError

EXIT_OK, EXIT_ERROR, EXIT_NOTHING_FOUND = 0, 2, 3
EXIT_INTERRUPTED = 130  # as a shell counts a program that Ctrl-C ended


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status.

    That is 0, or 2 with a line on standard error for each error, or 3 where no secret is found, or 130 where
    it is interrupted before anything has begun.
    """
    try:
        from steg.cli.arguments import parser  # with torch, which takes seconds
        from steg.cli.streams import say, standard_streams
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    with standard_streams():
        options = parser().parse_args(arguments)
        try:
            complete = options.run(options)
        except StegError as error:
            say(f"steg: {error}", sys.stderr)
            return EXIT_NOTHING_FOUND if isinstance(error, NothingFoundError) else EXIT_ERROR
        except KeyboardInterrupt:
            say("steg: interrupted; no file is half-written.", sys.stderr)
            return EXIT_ERROR
        return EXIT_OK if complete else EXIT_ERROR
