"""ICC profiles: whether one is safe to use, and profiles for what PNG chunks say of colours.

Source: ICC.1:2022 (profile format); ITU-T H.273 (code points of cICP, as far as Chromium heeds them).
"""

import math
import struct
from collections.abc import Sequence

import numpy as np

LARGEST_PROFILE = 4 * 2**20  # bytes; those of printers have 1 to 3 million
MOST_TAGS = 100
SPACES = {b"RGB ": ("RGB",), b"GRAY": ("L",), b"CMYK": ("CMYK",), b"Lab ": ("LAB",)}  # Pillow's modes
SRGB_GAMMA = 0.45455  # gAMA of pictures that are sRGB
SRGB_CHANGE = 0.05  # relative change of gamma that nobody sees
# White, red, green and blue, x and y each, by their code point
D65, C = (0.3127, 0.3290), (0.310, 0.316)
PRIMARIES = {
    1: (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06),
    4: (*C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (*C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (*D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
# Transfer curves as (g, a, b, c, d): (a x + b)^g from d on, c x below
SRGB = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
CURVES = {
    **dict.fromkeys((1, 6, 11, 14, 15), (2.4, 1.0, 0.0, 0.0, 0.0)),
    4: (2.2, 1.0, 0.0, 0.0, 0.0),
    5: (2.8, 1.0, 0.0, 0.0, 0.0),
    7: (1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0913),
    8: (1.0, 1.0, 0.0, 0.0, 0.0),
    13: SRGB,
    17: (2.6, (52.37 / 48) ** (1 / 2.6), 0.0, 0.0, 0.0),
}
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
D50 = np.array([0.9642, 1.0, 0.8249])


def fits(profile: bytes, mode: str) -> bool:
    """Whether a profile is one for pictures of this mode, and holds its tables as a whole.

    A profile can claim tables of gigabytes, which the colour management would reserve before it looks.
    """
    if not 132 <= len(profile) <= LARGEST_PROFILE or mode not in SPACES.get(profile[16:20], ()):
        return False
    count = int.from_bytes(profile[128:132], "big")
    if count > MOST_TAGS:
        return False
    for number in range(count):
        begin, size = struct.unpack(
            ">8xII", profile[132 + 12 * number : 144 + 12 * number].rjust(16, b"\xff")
        )
        tag = profile[begin : begin + size]
        if len(tag) < size or not _is_whole(tag):
            return False
    return True


def _is_whole(tag: bytes) -> bool:
    """Whether the tables of a tag are as large as it says."""
    kind = tag[:4]
    if kind in (b"mpet", b"ncl2"):
        return False  # floating-point elements and named colours: no photograph has them
    if kind in (b"mft1", b"mft2") and len(tag) >= 52:
        inputs, outputs, points = tag[8:11]
        entries = struct.unpack(">2H", tag[48:52]) if kind == b"mft2" else (256, 256)
        values = inputs * entries[0] + outputs * (points**inputs + entries[1])
        return inputs <= 4 and values * (2 if kind == b"mft2" else 1) <= len(tag)
    if kind in (b"mAB ", b"mBA ") and len(tag) >= 32:
        inputs, outputs = tag[8:10]
        table = int.from_bytes(tag[24:28], "big")
        cells = math.prod(tag[table : table + inputs]) if table else 0
        return inputs <= 4 and cells * outputs <= len(tag)
    if kind == b"curv":
        return 2 * int.from_bytes(tag[8:12], "big") <= len(tag)
    return True


def from_cicp(primaries: int, transfer: int, *, grey: bool) -> bytes | None:
    """A profile for code points of H.273; None for those that are unknown."""
    if primaries not in PRIMARIES or transfer not in CURVES:
        return None
    return _profile(CURVES[transfer], PRIMARIES[primaries], grey)


def from_gamma(gamma: float, points: Sequence[float] | None, *, grey: bool) -> bytes | None:
    """A profile for the contents of the PNG chunks gAMA and cHRM; None where they mean sRGB or nothing.

    Args:
        gamma: exponent of the encoding.
        points: x and y of white, red, green and blue; None for those of sRGB.
        grey: whether it is to be a profile for grey pictures.
    """
    is_srgb = abs(gamma / SRGB_GAMMA - 1) < SRGB_CHANGE
    if gamma <= 0 or (is_srgb and points is None):
        return None
    curve = SRGB if is_srgb else (1 / gamma, 1.0, 0.0, 0.0, 0.0)
    return _profile(curve, points or PRIMARIES[1], grey)


def _profile(curve: Sequence[float], points: Sequence[float], grey: bool) -> bytes | None:
    """A profile with one transfer curve for all channels; None where these points are no colour space."""
    try:
        columns = _to_d50(np.array(points).reshape(4, 2))
        tags = {b"kTRC": _curve(curve)} if grey else {b"rTRC": _curve(curve)}
        if not grey:
            tags |= {b"gTRC": tags[b"rTRC"], b"bTRC": tags[b"rTRC"]}
            tags |= {name: _xyz(columns[:, i]) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    except (np.linalg.LinAlgError, struct.error, OverflowError):
        return None
    tags[b"wtpt"] = _xyz(D50)
    table, data = struct.pack(">I", len(tags)), b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(data), len(tag))
        data += tag
    space = b"GRAY" if grey else b"RGB "
    header = b"\x04\x30\0\0mntr" + space + b"XYZ " + bytes(12) + b"acsp" + bytes(28) + _fixed(*D50)
    header = bytes(8) + header.ljust(120, b"\0")
    return struct.pack(">I", 128 + len(table) + len(data)) + header[4:] + table + data


def _to_d50(points: np.ndarray) -> np.ndarray:
    """Red, green and blue, adapted from the white point to D50, as the columns of a matrix to XYZ.

    Args:
        points: x and y of white, red, green and blue, (4, 2).

    Raises:
        numpy.linalg.LinAlgError: if they lie on one line, or are no colours.
    """
    if (points[:, 1] <= 0).any():
        raise np.linalg.LinAlgError
    white, *primaries = (np.array([x, y, 1 - x - y]) / y for x, y in points)
    columns = np.stack(primaries, 1)
    columns = columns * np.linalg.solve(columns, white)
    gains = (BRADFORD @ D50) / (BRADFORD @ white)
    return np.linalg.inv(BRADFORD) @ (gains[:, None] * BRADFORD) @ columns


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 2**16) for value in values))


def _xyz(values: Sequence[float] | np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def _curve(curve: Sequence[float]) -> bytes:
    return b"para" + bytes(4) + b"\0\3\0\0" + _fixed(*curve)
