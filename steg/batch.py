"""Many pictures: functions that hide or reveal one row of a table of files, and the tables.

A row is a dict of plain values and each is worked on alone, so that `hide` and `reveal` can be mapped by
`steg.processes.run` on one machine, or on several by Ray Data's `map`.
"""

import math
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from typing import Any

from PIL import Image

from steg import delivery, methods
from steg.errors import NothingFoundError, StegError
from steg.evaluation import psnr_of
from steg.images.reading import MAX_MEGAPIXELS, MAX_STEGO_MEGAPIXELS, is_picture, read_photo, read_stego
from steg.images.writing import encoded, save_bytes
from steg.methods.base import NOTHING_FOUND, Status, check_strength, warning
from steg.payload.files import File, bytes_of, kind_of, suffix_of

RESULTS = "results.csv"  # in the folder of the outputs; no picture
HIDDEN, SKIPPED, FAILED = "hidden", "skipped", "failed"
HIDE_COLUMNS = ("cover", "secret", "output", "status", "cover_psnr", "secret_psnr", "message")
REVEAL_COLUMNS = ("stego", "output", "status", "kind", "message")

Row = dict[str, Any]


def pairs(covers: str | Path, secrets: str | Path, output: str | Path, suffix: str = ".png") -> list[Row]:
    """The rows that `hide` takes: covers and secrets by their sorted names, fewer secrets in turn.

    Args:
        covers: a folder of pictures.
        secrets: a folder of pictures and files of any kind.
        output: the folder of the stego pictures, which get the names of their covers.
        suffix: of the stego pictures, that of the app's profile (`steg.delivery`).

    Raises:
        StegError: if a folder cannot be read or is empty, or the output is one of them.
    """
    seen, hidden = _files(covers, output), _files(secrets, output)
    names = _names(seen)
    return [
        {"cover": str(cover), "secret": str(secret), "output": str(Path(output) / f"{name}{suffix}")}
        for cover, secret, name in zip(seen, cycle(hidden), names, strict=False)
    ]


def stego_pictures(folder: str | Path, output: str | Path) -> list[Row]:
    """The rows that `reveal` takes: the pictures of a folder by their sorted names.

    Args:
        folder: of the stego pictures.
        output: the folder of the secrets, each under the name of its stego picture and "-secret".

    Raises:
        StegError: as `pairs`.
    """
    files = _files(folder, output)
    return [
        {"stego": str(file), "output": str(Path(output) / f"{name}-secret")}
        for file, name in zip(files, _names(files), strict=True)
    ]


def hide(
    row: Row,
    *,
    method: str | None = None,
    strength: float = 0.5,
    passphrase: str | None = None,
    device: str = "cpu",
    weights: str | Path | None = None,
    as_file: bool = False,
    check: bool = True,
    force: bool = False,
    max_megapixels: float = MAX_MEGAPIXELS,
    app: str = delivery.ANY,
) -> Row:
    """Hides one file in another, and writes a PNG file, or the form of an app.

    Args:
        row: the paths "cover", "secret" and "output".
        method: as for `steg.load`.
        passphrase: as for `steg.load`.
        device: as for `steg.load`.
        weights: as for `steg.load`.
        strength: as for `steg.hide`.
        as_file: whether pictures, too, are hidden byte for byte.
        check: whether the secret is revealed and measured before the file is written.
        force: whether an existing output is replaced; else it counts as done.
        max_megapixels: as for `read_photo`.
        app: as for `steg.hide_for`; another than "any" is for the method robust.

    Returns:
        The row with "status" ("hidden", "skipped", "failed"), "cover_psnr" and "secret_psnr" in dB (NaN where
        there is none) and "message", a sentence for the user or "". It raises nothing.
    """

    def work() -> Row:
        output = Path(row["output"])
        if output.exists() and not force:
            return {"status": SKIPPED}
        check_strength(strength)
        profile = delivery.profile_of(app, method or methods.DEFAULT)
        cover, notices = _photo(row["cover"], "cover", max_megapixels)
        if as_file or not is_picture(row["secret"]):
            secret: Image.Image | File = File.from_path(row["secret"])
        else:
            secret, more = _photo(row["secret"], "secret", max_megapixels)
            notices += more
        hiding = _method(method, passphrase, device, weights)
        if isinstance(hiding, methods.Robust):
            data = delivery.hide(profile, hiding, cover, secret, strength=strength)
        else:
            data = encoded(hiding.hide(cover, secret, strength=strength))
        stego = read_stego(data)
        found: Row = {"status": HIDDEN, "cover_psnr": round(psnr_of(cover, stego), 2)}
        revealed = hiding.reveal(stego).content if check else None
        if isinstance(secret, Image.Image) and isinstance(revealed, Image.Image):
            found["secret_psnr"] = round(psnr_of(secret, revealed), 2)
            notices += filter(None, [warning(hiding, found["cover_psnr"], found["secret_psnr"])])
        save_bytes(data, output)
        return found | {"message": " ".join(notices)}

    return row | {"cover_psnr": math.nan, "secret_psnr": math.nan, "message": ""} | _caught(work)


def reveal(
    row: Row,
    *,
    method: str | None = None,
    passphrase: str | None = None,
    device: str = "cpu",
    weights: str | Path | None = None,
    force: bool = False,
    max_megapixels: float = MAX_STEGO_MEGAPIXELS,
) -> Row:
    """Reveals what is hidden in one picture, and writes it.

    Args:
        row: the paths "stego" and, without its ending, "output".
        method: its name; None for the one that the picture was made with.
        passphrase: for pictures that are locked; of no effect on others.
        device: as for `steg.load`.
        weights: as for `steg.load`.
        force: whether an existing output is replaced; else it counts as done.
        max_megapixels: as for `read_stego`.

    Returns:
        The row with "output" (a picture is a .png, a text a .txt, a file keeps its ending), "status" (that of
        `Revealed` in lower case, "skipped" or "failed"), "kind" ("picture", "text", "file" or "") and
        "message". It raises nothing.
    """

    def work() -> Row:
        output = Path(row["output"])
        existing = [path for path in output.parent.iterdir() if path.stem == output.name]
        if existing and not force:
            return {"status": SKIPPED, "output": str(existing[0])}
        stego = read_stego(row["stego"], max_megapixels)
        located = methods.locate(stego)
        name = method or located.name
        if name is None:
            raise NothingFoundError(NOTHING_FOUND)
        opening = passphrase if methods.is_locked(located.image) else None
        revealed = located.reveal(_method(name, opening, device, weights))
        if revealed.status is Status.NO_HEADER:
            raise NothingFoundError(NOTHING_FOUND)
        content = revealed.content
        path = output.with_name(output.name + suffix_of(content))
        save_bytes(bytes_of(content), path)
        return {
            "output": str(path),
            "status": revealed.status.name.lower(),
            "kind": kind_of(content),
            "message": revealed.message,
        }

    return row | {"kind": "", "message": ""} | _caught(work)


def _photo(path: str, role: str, max_megapixels: float) -> tuple[Image.Image, list[str]]:
    picture = read_photo(path, role, max_megapixels)
    return picture.image, list(picture.notices)


def _caught(work: Callable[[], Row]) -> Row:
    """What `work` returns; a failure is a result, too, so that one bad file does not end the rest."""
    try:
        return work()
    except StegError as error:
        return {"status": FAILED, "message": str(error)}
    except Exception as error:
        return {"status": FAILED, "message": f"Unexpected {type(error).__name__}: {error}"}


@lru_cache(maxsize=len(methods.METHODS))
def _method(
    name: str | None, passphrase: str | None, device: str, weights: str | Path | None
) -> methods.Method:
    return methods.load(name, passphrase=passphrase, device=device, weights=weights)


def _files(folder: str | Path, output: str | Path) -> list[Path]:
    """The files of a folder, sorted by name, but for hidden ones and results."""
    folder, output = Path(folder), Path(output)
    try:
        visible = [path for path in folder.iterdir() if path.name[0] != "." and path.name != RESULTS]
        files = sorted(path for path in visible if path.is_file())
        same = output.exists() and output.samefile(folder)
    except OSError as error:
        raise StegError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
    if same:
        raise StegError(f"The output is the folder {folder} itself; name another one.")
    if not files:
        raise StegError(f"The folder {folder} has no files in it.")
    return files


def _names(files: list[Path]) -> list[str]:
    """The names without their endings, where no two are alike, in small letters too."""
    count = Counter(file.stem.lower() for file in files)
    return [file.stem if count[file.stem.lower()] == 1 else file.name for file in files]
