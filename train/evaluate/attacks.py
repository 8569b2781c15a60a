"""Alarms of the classical attacks (`steg.steganalysis.classical`) on clean pictures and on every method's.

    python -m train.evaluate.attacks kodak

Prints a Markdown table: pictures that raise an alarm, and in brackets the highest figure found.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

import steg
from steg.errors import StegError
from steg.methods import OFFERED
from steg.steganalysis.classical import THRESHOLDS, AttackScores, run_attacks
from train.evaluate.methods import pairs_of

STRENGTHS = {"lsb": (0, 0.5), "file": (0, 0.5, 1)}  # other than the middle, where they make a difference


def detect(folder: Path, crop: int, limit: int) -> dict[str, list[AttackScores]]:
    """What is found in clean covers, and in stego pictures by the name of their method.

    Raises:
        StegError: if the folder holds fewer than two pictures.
    """
    pairs, found = pairs_of(folder, crop, limit), defaultdict(list)
    for pair in pairs:
        found["clean"].append(run_attacks(np.asarray(pair.cover)))
    for name in OFFERED:
        method = steg.load(name)
        for strength in STRENGTHS.get(name, (0.5,)):
            for pair in pairs:
                stego = np.asarray(method.hide(pair.cover, pair.secret, strength=strength))
                found[f"{name}, strength {strength}"].append(run_attacks(stego))
    return found


def as_markdown(found: dict[str, list[AttackScores]]) -> str:
    """One row for each kind of picture, one column for each attack."""
    lines = [f"| pictures | {' | '.join(THRESHOLDS)} |", "|---" * (len(THRESHOLDS) + 1) + "|"]
    for name, scores in found.items():
        cells = []
        for attack in THRESHOLDS:
            highest = max(getattr(s, attack) for s in scores)
            cells.append(f"{sum(attack in s.alarms for s in scores)} ({highest:.3f})")
        lines.append(f"| {name} ({len(scores)}) | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate.attacks", description="Count alarms of the attacks."
    )
    parser.add_argument("folder", type=Path, help="folder of clean photographs")
    parser.add_argument(
        "--crop", type=int, default=512, help="side of the centre crop (default: %(default)s)"
    )
    parser.add_argument("--limit", type=int, default=0, help="use only the first N pictures")
    options = parser.parse_args(arguments)
    try:
        print(as_markdown(detect(options.folder, options.crop, options.limit)))
    except StegError as error:
        print(f"attacks: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
