"""Command line of the trainer: `python -m train --data tiny-imagenet-200.zip`."""

import sys

from steg.errors import StegError
from train.command_line import config_from_command_line
from train.config import TrainConfig
from train.loop import train


def main(arguments: list[str] | None = None) -> int:
    """Runs one training; returns the exit status."""
    config = config_from_command_line(arguments)
    try:
        train(config)
    except StegError as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"train: {_stopped(config)}", file=sys.stderr)
        return 130  # as shells report SIGINT
    return 0


def _stopped(config: TrainConfig) -> str:
    """What Ctrl-C leaves, in a sentence."""
    if not config.checkpoint.exists():
        return "stopped before the first checkpoint; start again with the same command."
    return (
        f"stopped; the checkpoint is in {config.folder}. The same command with --resume goes on from there."
    )


if __name__ == "__main__":
    sys.exit(main())
