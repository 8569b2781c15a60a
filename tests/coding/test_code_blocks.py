"""Code blocks: bytes at a rate that is decoded with them, after losses, and the highest rate of a channel."""

import numpy as np
import pytest

from steg.coding import code_blocks, polar


def test_erased_coded_bits_are_corrected_and_too_many_detected():
    data = bytes(range(256)) * 4
    coded = code_blocks.encode(data, 60_000, 80)
    llrs = 8 - 16.0 * coded
    some, most = llrs.copy(), llrs.copy()
    some[20_000:40_000] = 0
    most[5_000:] = 0
    decoded = code_blocks.decode(some)
    assert decoded.data[: len(data)] == data and decoded.rate == 80
    assert code_blocks.decode(most) is None


@pytest.mark.parametrize("bits", [1076, 2421, 30_000, 122_880])
def test_the_rate_is_decoded_with_the_data(bits):
    for rate in (0, 60, code_blocks.RATES - 1):
        decoded = code_blocks.decode(8 - 16.0 * code_blocks.encode(b"some data", bits, rate))
        assert decoded.rate == rate and decoded.data.rstrip(b"\0") == (b"some data" if rate else b"")
    assert code_blocks.decode(np.random.RandomState(2).normal(0, 3, bits)) is None


@pytest.mark.parametrize("bits", [1076, 9_000, 77_824, 122_880, 294_912])
def test_hardly_any_coded_bits_are_left_over(bits):
    lengths = code_blocks._block_lengths(bits)
    left = bits - code_blocks._rate_field_length(bits) - sum(lengths)
    assert 0 <= left < max(bits / 60, code_blocks.SHORTEST)
    assert lengths == sorted(lengths, reverse=True)


def test_list_decoding_decodes_what_successive_cancellation_does_not():
    data = np.random.RandomState(8).bytes(code_blocks.capacity(60_000, 122))
    coded = code_blocks.encode(data, 60_000, 122)
    llrs = 2 * (1 - 2.0 * coded + np.random.RandomState(9).normal(0, 1, 60_000))
    block = code_blocks._deinterleave(llrs)[1]
    count = 8 * (code_blocks._block_capacity(len(block), 122) + code_blocks.CRC)
    assert code_blocks.verify_crc(polar.decode(block[None], count)[0], code_blocks.CRC) is None
    assert code_blocks.decode(llrs) == (data, 122)


def test_a_wrong_bit_is_detected_by_the_checksum():
    message = np.unpackbits(np.frombuffer(code_blocks.append_crc(b"some data", 3), np.uint8))
    assert code_blocks.verify_crc(message, 3) == b"some data"
    for bit in range(len(message)):
        wrong = message.copy()
        wrong[bit] ^= 1
        assert code_blocks.verify_crc(wrong, 3) is None


@pytest.mark.parametrize("deviation", [0.6, 1.0, 1.6])
def test_the_highest_rate_can_be_decoded_and_is_higher_on_a_better_channel(deviation):
    def received(bits: np.ndarray, seed: int) -> np.ndarray:
        noise = np.random.RandomState(seed).normal(0, deviation, len(bits))
        return (2 * (1 - 2.0 * bits + noise) / deviation**2).astype(np.float32)

    probe = np.random.RandomState(3).randint(0, 2, 60_000).astype(np.uint8)
    rate = code_blocks.highest_rate(received(probe, 4), probe, 60_000)
    data = np.random.RandomState(5).bytes(code_blocks.capacity(60_000, rate))
    assert code_blocks.decode(received(code_blocks.encode(data, 60_000, rate), 6)) == (data, rate)
    assert rate < code_blocks.highest_rate(received(probe, 4) * 3, probe, 60_000) or deviation > 0.5
    assert code_blocks.highest_rate(np.zeros(60_000, np.float32), probe, 60_000) == 0


def test_rate_fields_are_ranked_by_checksum_and_agreement():
    sent = np.stack([code_blocks.encode(b"", 60_000, rate) for rate in (9, 200)])[
        :, code_blocks.rate_field(60_000)
    ]
    random = np.random.RandomState(3)
    llrs = np.concatenate([random.normal(0, 2, (2, 1024)), 2 - 4.0 * sent]).astype(np.float32)
    llrs[3] += random.normal(0, 2, 1024)
    few = np.where(np.arange(1024) < 20, llrs[:1], 0)
    assert code_blocks.rank_rate_fields(np.concatenate([llrs, few]))[:2].tolist() == [2, 3]
    assert 4 not in code_blocks.rank_rate_fields(np.concatenate([llrs, few]))
