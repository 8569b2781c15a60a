"""Names that are safe, and deflation that cannot explode."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steg.errors import StegError
from steg.payload.files import DEFLATED, LONGEST_NAME, STORED, deflated, inflated, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("notes.pdf", "notes.pdf"),
        ("/etc/passwd", "passwd"),
        ("../../.ssh/authorized_keys", "authorized_keys"),
        ("C:\\Windows\\system32\\x.dll", "x.dll"),
        ("..\\..\\x", "x"),
        (".bashrc", "bashrc"),
        ("a\x00b\nc\u202e.txt", "abc.txt"),
        ("con.txt", "_con.txt"),
        ("COM1", "_COM1"),
        ("..", "file"),
        ("", "file"),
        ("what?.txt:stream", "what.txtstream"),
        ("r\u00e9sum\u00e9 \u5c65\u6b74.pdf", "r\u00e9sum\u00e9 \u5c65\u6b74.pdf"),
    ],
)
def test_names_lose_folders_and_what_could_do_harm(name, safe):
    assert safe_name(name) == safe == safe_name(safe)


def test_long_names_are_cut_before_their_ending():
    name = safe_name("\u00e9" * 300 + ".tar")
    assert name.endswith("\u00e9.tar") and LONGEST_NAME - 2 < len(name.encode()) <= LONGEST_NAME
    assert len(safe_name("x" * 50 + "." + "y" * 300)) == LONGEST_NAME


def test_a_cut_leaves_no_space_at_the_end_and_no_device_name():
    assert safe_name("x" + " " * 120 + "y") == "x"
    assert safe_name("con" + " " * 120 + "x") == "_con"


@given(st.text(max_size=300) | st.text("con.aux /\\ \0", max_size=300))
def test_any_name_is_made_safe(name):
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= LONGEST_NAME and safe.isprintable() and safe == safe_name(safe)
    assert not set(safe) & set('/\\<>:"|?*') and safe == safe.strip(" .")


def test_what_does_not_shrink_is_stored():
    assert deflated(b"abc" * 100)[0] == DEFLATED and deflated(b"\x01\x02") == (STORED, b"\x01\x02")


def test_inflating_stops_beyond_the_size_that_was_said():
    bomb = zlib.compress(bytes(10**7), wbits=-15)
    assert len(inflated(bomb, 100)) == 101
    with pytest.raises(StegError, match="damaged"):
        inflated(b"\xff\xff\xff", 100)
