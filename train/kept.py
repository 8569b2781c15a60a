"""Training examples kept in a file, so that a resumed run has the same and does not wait for them again."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import torch


def kept(path: Path, made_by: Mapping[str, int | str], make: Callable[[], tuple]) -> tuple:
    """What `make` gave, from a file, which is made anew where it came about in another way.

    Args:
        path: the file.
        made_by: all that the examples depend on.
        make: makes them, as a tuple of tensors, numbers, strings and lists.
    """
    if path.exists():
        content = torch.load(path, weights_only=True)
        if content["made_by"] == made_by and "examples" in content:  # not so before they had this name
            return content["examples"]
    examples = tuple(make())
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}.part")  # as other processes may write at the same time
    torch.save({"made_by": dict(made_by), "examples": examples}, written)
    os.replace(written, path)
    return examples
