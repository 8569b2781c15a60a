"""Which class each picture of Tiny ImageNet is of, in the order in which `train.data.load` gives them."""

import zipfile
from pathlib import Path, PurePosixPath

from steg.errors import StegError
from train.data import of_split

ANNOTATIONS = "val_annotations.txt"


def classes(source: Path, split: str) -> list[str]:
    """The WordNet id of each picture of a split, as "n02123045".

    Args:
        source: the zip of Tiny ImageNet, or the folder it unpacks to (or that folder's parent).
        split: "train", where the folder names tell, or "val", where a list does.

    Raises:
        StegError: if the list is missing.
    """
    if source.is_dir():
        names = [p.relative_to(source).as_posix() for p in source.rglob("*.JPEG")]
        lists = [p.read_text() for p in source.rglob(ANNOTATIONS)]
    else:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            lists = [archive.read(n).decode() for n in names if PurePosixPath(n).name == ANNOTATIONS]
    chosen = of_split(names, split)
    if split == "train":
        return [PurePosixPath(name).parts[-3] for name in chosen]
    if not lists:
        raise StegError(f"{source} lacks {ANNOTATIONS}, which says what its validation pictures show.")
    known = dict(line.split("\t")[:2] for line in lists[0].splitlines())
    return [known[PurePosixPath(name).name] for name in chosen]
