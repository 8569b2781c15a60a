"""How long the network that Learn trains live takes until cover and secret are recognisable.

    python -m train.evaluate.live_training examples/cat.png examples/coffee.jpg

Prints the first second at whose end both are above 20 dB, with what else kept the machine busy.
"""

import argparse
import os
import sys
from pathlib import Path
from time import monotonic

import numpy as np

from steg.errors import StegError
from steg.images.reading import read_photo
from steg.teaching.classifier import central_square
from steg.teaching.hiding import Progress, train_to_hide

RECOGNISABLE = 20.0  # dB
SECRET_WEIGHT = 0.7  # where the page's slider begins
LONGEST = 60.0  # seconds, as on the page


def train(cover: np.ndarray, secret: np.ndarray, others: list[np.ndarray]) -> tuple[float, Progress]:
    """Trains on (64, 64, 3) uint8 until both are recognisable, at most a minute; seconds and state."""
    began, seconds = monotonic(), 0.0
    for measure in train_to_hide(cover, secret, others, lambda: SECRET_WEIGHT):
        now = monotonic() - began
        if now >= seconds + 1:
            seconds, progress = now, measure()
            if min(progress.cover_psnr, progress.secret_psnr) > RECOGNISABLE or now >= LONGEST:
                return now, progress
    raise AssertionError("the training has no end of its own")


def main(arguments: list[str] | None = None) -> int:
    """Prints the time; returns the exit status."""
    parser = argparse.ArgumentParser(description="Time until a live training shows both pictures.")
    parser.add_argument("cover", type=Path)
    parser.add_argument("secret", type=Path)
    parser.add_argument("others", type=Path, nargs="*", help="pictures to train on besides")
    options = parser.parse_args(arguments)
    try:
        paths = [options.cover, options.secret, *options.others]
        pictures = [central_square(np.asarray(read_photo(path).image)) for path in paths]
    except StegError as error:
        print(error, file=sys.stderr)
        return 2
    seconds, progress = train(pictures[0], pictures[1], pictures[2:])
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(
        f"{seconds:.0f} s, {progress.step} steps ({os.cpu_count()} cores{load}): "
        f"cover {progress.cover_psnr:.1f} dB, secret {progress.secret_psnr:.1f} dB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
