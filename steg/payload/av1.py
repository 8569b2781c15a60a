"""AV1 bitstreams of still pictures: the size of the frame, read before anything is decoded.

The file around a bitstream tells a size, too, but the decoder makes a frame as large as the bitstream says.

Source: AV1 Bitstream & Decoding Process Specification, sections 5.3 (OBUs) and 5.5 (sequence header).
"""

from collections.abc import Iterator

SEQUENCE_HEADER = 1  # type of OBU
STILL, REDUCED = (
    1 << 4,
    1 << 3,
)  # flags in its first byte: one picture, and no other size but the following one


def still_size(stream: bytes) -> tuple[int, int] | None:
    """(width, height) of a still picture with a reduced header; None for whatever else the bytes are."""
    try:
        headers = [payload for kind, payload in _units(stream) if kind == SEQUENCE_HEADER]
    except IndexError:
        return None
    if len(headers) != 1 or len(headers[0]) < 7 or headers[0][0] & (STILL | REDUCED) != STILL | REDUCED:
        return None
    bits = int.from_bytes(headers[0][:7], "big")
    left = 8 * 7 - 10  # bits, after profile, flags and level
    lengths = []
    for _ in range(2):
        left -= 4
        lengths.append((bits >> left & 15) + 1)
    sides = []
    for length in lengths:
        left -= length
        sides.append((bits >> left & ((1 << length) - 1)) + 1)
    return sides[0], sides[1]


def still_size_in_file(data: bytes) -> tuple[int, int] | None:
    """As `still_size`, of an AVIF file of Pillow's: one item, which fills the last box (ISO/IEC 14496-12)."""
    location, begin = data.find(b"iloc"), data.find(b"mdat") + 4
    fields = (10, 12), (18, 22), (22, 26)
    items, offset, length = (int.from_bytes(data[location + a : location + b], "big") for a, b in fields)
    if not 0 < location < begin or (items, offset, length) != (1, begin, len(data) - begin):
        return None
    return still_size(data[begin:])


def _units(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and payload of each OBU; raises an IndexError where the stream ends too early."""
    at = 0
    while at < len(stream):
        header = stream[at]
        at += 2 if header & 4 else 1
        size = len(stream) - at
        if header & 2:
            size, shift = 0, 0
            while True:
                byte = stream[at]
                size |= (byte & 0x7F) << shift
                at, shift = at + 1, shift + 7
                if byte < 0x80:
                    break
        yield header >> 3 & 15, stream[at : at + size]
        at += size
