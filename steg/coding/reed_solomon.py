"""Interleaved Reed-Solomon codes over GF(256): encoding, location and repair of damaged symbols.

A codeword has N <= 255 symbols (bytes), the last P of which are parity: for each power i < P the sum over all
symbols of x_j^i times the symbol j is zero, with x_j = 2^j. Many codewords are interleaved: the symbols j of
all of them are stored together, so what damages one of them damages most. That is why they are located
together: C codewords with P parity symbols each reveal up to C P / (C + 1) damaged places, where one codeword
reveals P / 2. Places that are known can be repaired up to P.

Sources: Reed and Solomon, "Polynomial codes over certain finite fields", J. SIAM 1960; Schmidt, Sidorenko and
Bossert, "Collaborative decoding of interleaved Reed-Solomon codes and concatenated code designs", IEEE Trans.
Information Theory 2009 (location).
"""

import functools

import numpy as np

MODULUS = 0b100011101  # x^8 + x^4 + x^3 + x^2 + 1, by which 2 (that is, x) generates the field
LONGEST = 255  # symbols of a codeword
SLAB = 2**18  # products of symbols that are computed together


def encode(data: np.ndarray, parity: int) -> np.ndarray:
    """Appends parity symbols.

    Args:
        data: (N - parity, codewords) uint8.
        parity: how many symbols to append; N is at most 255.

    Returns:
        (N, codewords) uint8.
    """
    places = np.arange(len(data) + parity)
    sums = _multiply(_powers(places[: len(data)], parity), data)
    return np.concatenate([data, _solve(_powers(places[len(data) :], parity), sums)])


def locate(received: np.ndarray, parity: int) -> np.ndarray | None:
    """The damaged places, common to all codewords of (N, codewords) uint8.

    Returns:
        The places, ascending; None where there are more than can be located.
    """
    syndromes = _multiply(_powers(np.arange(len(received)), parity), received)
    if not syndromes.any():
        return np.empty(0, np.intp)
    codewords = received.shape[1]
    most = codewords * parity // (codewords + 1)
    if most == 0:
        return None
    # s[i] + c_1 s[i - 1] + ... = 0 for the coefficients of the polynomial whose roots are the inverse x_j
    windows = np.lib.stride_tricks.sliding_window_view(
        syndromes, most + 1, axis=0
    )  # (parity - most, codewords, .)
    coefficients = _first_dependence(windows.reshape(-1, most + 1))
    if coefficients is None:
        return None
    values = _multiply(_powers(np.arange(len(received)), len(coefficients)).T, coefficients[:, None])[:, 0]
    places = np.flatnonzero(values == 0)
    return places if len(places) == len(coefficients) - 1 else None


def repair(received: np.ndarray, parity: int, places: np.ndarray) -> np.ndarray:
    """(N, codewords) symbols, of which those at `places`, at most `parity`, are computed from the others."""
    repaired = received.copy()
    repaired[places] = 0
    if len(places):
        syndromes = _multiply(_powers(np.arange(len(received)), len(places)), repaired)
        repaired[places] = _solve(_powers(places, len(places)), syndromes)
    return repaired


@functools.cache
def _tables() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Powers of 2, products of all pairs (256, 256), and inverses (of 0: 0)."""
    power, powers = 1, np.empty(LONGEST, np.uint8)
    for exponent in range(LONGEST):
        powers[exponent] = power
        power = power << 1 ^ (MODULUS if power & 128 else 0)
    logarithms = np.zeros(256, np.intp)
    logarithms[powers] = np.arange(LONGEST)
    products = powers[np.add.outer(logarithms, logarithms) % LONGEST]
    products[0], products[:, 0] = 0, 0
    inverses = powers[-logarithms % LONGEST]
    inverses[0] = 0
    return powers, products, inverses


def _powers(places: np.ndarray, count: int) -> np.ndarray:
    """(count, places): x_j^i for the places j and the powers i < count."""
    return _tables()[0][np.outer(np.arange(count), places) % LONGEST]


def _multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The product of two matrices."""
    products = _tables()[1]
    result = np.empty((len(a), b.shape[1]), np.uint8)
    rows = max(1, SLAB // b.size)
    for top in range(0, len(a), rows):
        terms = products[a[top : top + rows, :, None], b]
        result[top : top + rows] = np.bitwise_xor.reduce(terms, axis=1)
    return result


def _eliminate(rows: np.ndarray, column: int) -> None:
    """Makes a column that of the identity matrix, in place; it is not all 0 from the diagonal on."""
    _, products, inverses = _tables()
    pivot = column + int(np.argmax(rows[column:, column] != 0))
    rows[[column, pivot]] = rows[[pivot, column]]
    rows[column] = products[inverses[rows[column, column]], rows[column]]
    factors = rows[:, column].copy()
    factors[column] = 0
    rows ^= products[factors[:, None], rows[column]]


def _solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solves matrix x = right for a square matrix that has an inverse."""
    rows = np.concatenate([matrix, right], 1)
    for column in range(len(matrix)):
        _eliminate(rows, column)
    return rows[:, len(matrix) :]


def _first_dependence(rows: np.ndarray) -> np.ndarray | None:
    """Coefficients, the last of which is 1, by which the first columns of a matrix add up to zero.

    The fewest columns are taken; None where all columns are independent.
    """
    rows = rows.copy()
    for column in range(rows.shape[1]):
        if not rows[column:, column].any():
            return np.append(rows[:column, column], np.uint8(1))
        _eliminate(rows, column)
    return None
