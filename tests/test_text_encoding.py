"""Bytes become the text that was written, whatever its encoding; what is damaged or no text is refused."""

import codecs

import pytest
from format_files import ARABIC, FRENCH, HEBREW, RUSSIAN

from rag.formats import FormatError
from rag.formats.text_encoding import decode


def test_a_utf_8_file_reads_with_and_without_a_byte_order_mark() -> None:
    assert decode(ARABIC.encode()) == ARABIC
    assert decode(codecs.BOM_UTF8 + ARABIC.encode()) == ARABIC


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ARABIC, RUSSIAN, FRENCH])
def test_a_utf_16_file_reads_with_and_without_a_byte_order_mark(encoding: str, text: str) -> None:
    mark = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
    assert decode(mark + text.encode(encoding)) == text
    assert decode(text.encode(encoding)) == text


def test_a_utf_32_file_is_not_taken_for_utf_16() -> None:
    assert decode(ARABIC.encode("utf-32")) == ARABIC


@pytest.mark.parametrize("characters", [60, len(ARABIC)])
def test_a_windows_1256_file_reads_as_arabic(characters: int) -> None:
    assert decode(ARABIC[:characters].encode("cp1256")) == ARABIC[:characters]


@pytest.mark.parametrize("characters", [60, len(ARABIC)])
def test_an_iso_8859_6_file_reads_as_arabic(characters: int) -> None:
    assert decode(ARABIC[:characters].encode("iso8859-6")) == ARABIC[:characters]


@pytest.mark.parametrize("characters", [60, len(RUSSIAN)])
def test_a_windows_1251_file_reads_as_russian(characters: int) -> None:
    assert decode(RUSSIAN[:characters].encode("cp1251")) == RUSSIAN[:characters]


@pytest.mark.parametrize(
    ("text", "encoding"), [(HEBREW, "cp1255"), (FRENCH, "cp1252"), (RUSSIAN, "koi8-r"), (ARABIC, "cp1256")]
)
def test_other_old_encodings_read_as_their_languages(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_utf_8_with_one_damaged_byte_is_refused_and_not_read_as_another_encoding() -> None:
    damaged = bytearray(ARABIC.encode())
    damaged[40] = 0xFF
    with pytest.raises(FormatError, match="damaged UTF-8 at byte"):
        decode(bytes(damaged))


def test_utf_8_cut_in_the_middle_of_a_letter_is_refused() -> None:
    with pytest.raises(FormatError, match="damaged UTF-8"):
        decode(ARABIC.encode()[:-2])


def test_an_odd_number_of_utf_16_bytes_is_refused() -> None:
    with pytest.raises(FormatError, match="damaged UTF-16-LE"):
        decode(codecs.BOM_UTF16_LE + ARABIC.encode("utf-16-le")[:-1])


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00\x00\x00\x01\x00\x08\x06",
        bytes(range(256)) * 8,
        bytes((number * 7919) % 251 + 1 for number in range(3000)),
        b"\x01\x02\x03\x04\x05 control \x06\x07",
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        decode(data)


def test_a_declared_encoding_that_does_not_hold_is_passed_over() -> None:
    assert decode(ARABIC.encode(), declared="iso8859-6") == ARABIC
    assert decode(ARABIC.encode(), declared="no-such-encoding") == ARABIC
