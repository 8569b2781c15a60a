"""Command line of the trainer: `python -m train --data tiny-imagenet-200.zip`."""

import sys

from steg.errors import StegError
from train.command_line import config_from_command_line
from train.loop import train


def main(arguments: list[str] | None = None) -> int:
    """Runs one training; returns the exit status."""
    try:
        train(config_from_command_line(arguments))
    except StegError as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
