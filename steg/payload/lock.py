"""The lock: layers encrypted and authenticated under a passphrase, each of its own; or checksums without one.

    bytes       field
    1           first layer only: 1 without a passphrase, 2 with one (lowest two bits); what the caller adds
    16          first layer with a passphrase only: the salt, random for each picture
    the rest    data of the layer, padded with zeros to its capacity, then their CRC-32 (4 bytes); with a
                passphrase encrypted, with a tag of 16 bytes in place of the CRC-32

scrypt makes the key of passphrase and salt, AES-256-GCM encrypts, with the layer's number as nonce: a new
salt makes a new key each time, so nonces need not be random. What is on top in clear is authenticated with
the first layer. A layer can be opened when others are lost. Layers are always filled, so nothing tells the
secret's size.
"""

import os
import unicodedata
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from steg.errors import StegError

OPEN, LOCKED = 1, 2
NEEDS_PASSPHRASE = "This secret is locked: type the passphrase that it was locked with."
NOT_LOCKED = "This secret is not locked: reveal it without a passphrase."
WRONG_PASSPHRASE = "This is not the passphrase that the secret was locked with; try another one."
SALT, TAG, CHECK = 16, 16, 4  # bytes
SCRYPT_COST = 2**15  # OWASP's recommendation with r = 8, p = 3: a tenth of a second and 32 MiB a guess


def rooms(capacities: list[int], locked: bool) -> list[int]:
    """How many bytes of data fit into layers of these capacities."""
    overheads = [_first(locked) + _each(locked), *[_each(locked)] * (len(capacities) - 1)]
    return [max(0, capacity - spent) for capacity, spent in zip(capacities, overheads, strict=True)]


def close(parts: list[bytes], capacities: list[int], passphrase: str | None, note: int = 0) -> list[bytes]:
    """The data of each layer, at most its room, as a layer of exactly its capacity.

    Args:
        parts: the data of each layer.
        capacities: of the layers in bytes.
        passphrase: None for checksums alone.
        note: a number below 64 that the first byte tells besides.
    """
    locked = bool(passphrase)
    kind = bytes([note << 2 | (LOCKED if locked else OPEN)])
    top = kind + os.urandom(SALT) if locked else kind
    cipher = AESGCM(_key(passphrase, top[1:])) if passphrase else None
    layers = []
    for number, (part, room) in enumerate(zip(parts, rooms(capacities, locked), strict=True)):
        clear, data = b"" if number else top, part.ljust(room, b"\0")
        if cipher:
            closed = cipher.encrypt(_nonce(number), data, clear)
        else:
            closed = data + zlib.crc32(clear + data).to_bytes(CHECK, "big")
        layers.append(clear + closed if room else bytes(capacities[number]))
    return layers


def is_locked(layers: list[bytes]) -> bool:
    """Whether the layers say that they are locked."""
    return layers[0][:1] != b"" and layers[0][0] & 3 == LOCKED


def open_(layers: list[bytes], passphrase: str | None) -> list[bytes | None]:
    """The data of each layer, None for those that are damaged or locked with another passphrase.

    Raises:
        StegError: if they are locked and there is no passphrase, or the other way round.
    """
    locked = is_locked(layers)
    if locked and not passphrase:
        raise StegError(NEEDS_PASSPHRASE)
    if passphrase and layers[0][:1] != b"" and layers[0][0] & 3 == OPEN:
        raise StegError(NOT_LOCKED)
    first = _first(locked)
    cipher = AESGCM(_key(passphrase, layers[0][1:first])) if locked and passphrase else None
    parts: list[bytes | None] = []
    for number, room in enumerate(rooms([len(layer) for layer in layers], locked)):
        clear, closed = (b"", layers[number]) if number else (layers[0][:first], layers[0][first:])
        if room == 0:
            parts.append(b"")
        else:
            parts.append(_decrypted(cipher, number, clear, closed) if cipher else _checked(clear, closed))
    return parts


def _first(locked: bool) -> int:
    """Bytes in clear on top of the first layer."""
    return 1 + SALT if locked else 1


def _each(locked: bool) -> int:
    """Bytes that each layer spends on its tag or checksum."""
    return TAG if locked else CHECK


def _key(passphrase: str, salt: bytes) -> bytes:
    normalised = unicodedata.normalize(
        "NFKC", passphrase
    ).encode()  # keyboards may type an accent in two ways
    return Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=3).derive(normalised)


def _nonce(layer: int) -> bytes:
    return layer.to_bytes(12, "big")


def _decrypted(cipher: AESGCM, number: int, clear: bytes, closed: bytes) -> bytes | None:
    try:
        return cipher.decrypt(_nonce(number), closed, clear)
    except InvalidTag:
        return None


def _checked(clear: bytes, closed: bytes) -> bytes | None:
    data, check = closed[:-CHECK], closed[-CHECK:]
    return data if zlib.crc32(clear + data).to_bytes(CHECK, "big") == check else None
