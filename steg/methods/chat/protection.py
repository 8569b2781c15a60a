"""Protection classes: the harshest channel that each label bit of each carrier survives, and the layers.

The classes were searched for by annealing (`train/protection.py`): what a channel leaves of a bit depends on
the carrier, and on which bits of the same symbol are known by then. Of a Gray label the second bit is often
the safest, as JPEG rounds small coefficients to 0, the phase at which the first one changes.

A table names, for each group of carriers, the classes of the label bits of all its carriers, or of each of
them; a class is a digit.
"""

from steg.embedding import watermark_fields
from steg.networks.carriers import GROUPS

HALF_SIZE, WEB, JPEG_75, JPEG_85, JPEG_90, JPEG_95, LOSSLESS = range(7)

# Of pictures with equal step lengths in all blocks
EVEN = {
    "Y, low": "0024",
    "Y, up to half size": "4245",
    "Y, middle": "4245",
    "Y, upper middle": "545",
    "CbCr, low": "556",
    "Y, high": "66",
    "CbCr, middle": "66",
}
# Of the first pictures whose step lengths follow the texture
TEXTURED = EVEN | {
    "Y, low": "0022 0022 0022 1122 1122 1122 1122 1122",
    "Y, up to half size": "3344",
    "Y, middle": "3244",
    "Y, upper middle": "444",
}
SEARCHED = EVEN | {
    "Y, low": "0022 0022 0023 1122 1124 1124 1123 1224",
    "Y, up to half size": "3244 3244 4243 4342 4243 4345",
    "Y, middle": "3234 4243 4243 4243 4243",
    "Y, upper middle": "543 556 443 443 543 656 556",
    "CbCr, low": "555",
}
TABLES = {  # by the version of the watermark
    watermark_fields.WITHOUT_SCALE: EVEN,
    watermark_fields.TEXTURED: TEXTURED,
    watermark_fields.VERSION: SEARCHED,
}

Rows = tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]
# The layers of a picture of at least so many 8x8 blocks: which protection classes each one joins, and names
# of the `steg.channels` that it has to survive. Small pictures have fewer layers, so that each has capacity
# for something.
SMALL: dict[int, Rows] = {
    256: (
        ((HALF_SIZE, WEB, JPEG_75), ("jpeg75",)),
        ((JPEG_85, JPEG_90, JPEG_95), ("jpeg90",)),
        ((LOSSLESS,), ("png",)),
    ),
    128: (
        ((HALF_SIZE, WEB, JPEG_75), ("jpeg75",)),
        ((JPEG_85, JPEG_90, JPEG_95, LOSSLESS), ("jpeg90",)),
    ),
    0: (((HALF_SIZE, WEB, JPEG_75, JPEG_85, JPEG_90, JPEG_95, LOSSLESS), ("png",)),),
}
LAYERS: dict[int, Rows] = {  # after WebP 75, JPEG 62 leaves more than is asked for
    3072: (
        ((HALF_SIZE,), ("half-jpeg90", "next-image")),
        ((WEB,), ("webp75", "three-quarters-jpeg85")),
        ((JPEG_75,), ("jpeg75",)),
        ((JPEG_85,), ("jpeg85",)),
        ((JPEG_90,), ("jpeg90",)),
        ((JPEG_95,), ("jpeg95",)),
        ((LOSSLESS,), ("png",)),
    ),
    1024: (
        ((HALF_SIZE, WEB), ("webp75", "three-quarters-jpeg85")),
        ((JPEG_75,), ("jpeg75",)),
        ((JPEG_85, JPEG_90), ("jpeg90",)),
        ((JPEG_95,), ("jpeg95",)),
        ((LOSSLESS,), ("png",)),
    ),
    **SMALL,
}
EVEN_LAYERS: dict[int, Rows] = {
    1024: (
        ((HALF_SIZE,), ("half-and-back-jpeg90", "chat")),
        ((JPEG_75,), ("jpeg75",)),
        ((JPEG_90,), ("jpeg90",)),
        ((JPEG_95,), ("jpeg95",)),
        ((LOSSLESS,), ("png",)),
    ),
    **SMALL,
}


def classes_of_carriers(version: int) -> list[tuple[int, ...]]:
    """The protection classes of each carrier's label bits, in pictures of a version of the watermark."""
    classes = []
    for group in GROUPS:
        rows = TABLES[version][group.name].split()
        rows = rows * len(group.carriers) if len(rows) == 1 else rows
        classes += [tuple(map(int, row)) for row in rows]
    return classes


def rows_for(blocks: int, version: int) -> Rows:
    """Classes and channels of the layers of a picture of so many 8x8 blocks, likewise."""
    tables = EVEN_LAYERS if version == watermark_fields.WITHOUT_SCALE else LAYERS
    return next(rows for least, rows in tables.items() if blocks >= least)
