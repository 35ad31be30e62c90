"""A skeleton holds what makes two spellings the same quotation, and knows where each letter came from."""

import unicodedata

import pytest
from hypothesis import given
from text_fakes import ANY_TEXT

from rag.skeleton import WORD, skeleton, skeleton_text, span_in_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The «bridge» (over) it.", "the bridge over it"),
        ("نُورٌ ١٢ كـبير", "نور 12 كبير"),
        ("a\u200bb\u202c c\u00adc", "ab cc"),
        ("one — two…three\n\nfour", "one two three four"),
        ("今天 我们。\n好 abc", "今天我们好 abc"),
        ("नदी पर", "नदी पर"),
        ("ﷺ", skeleton_text("صلى الله عليه وسلم")),
        ("", ""),
        (" … ", ""),
    ],
)
def test_letters_and_digits_are_kept_with_single_spaces_between_words(text: str, expected: str) -> None:
    assert skeleton(text).text == expected


@given(ANY_TEXT)
def test_both_ways_to_a_skeleton_are_one_and_every_letter_knows_its_place(text: str) -> None:
    held = skeleton(text)
    assert held.text == skeleton_text(text)
    assert len(held.offsets) == len(held.text)
    assert all(before <= after for before, after in zip(held.offsets, held.offsets[1:], strict=False))
    for letter, offset in zip(held.text, held.offsets, strict=True):
        assert letter == " " or letter in skeleton_text(text[offset]).replace(" ", "")


@given(ANY_TEXT)
def test_the_skeleton_of_a_skeleton_is_the_same(text: str) -> None:
    reduced = skeleton_text(unicodedata.normalize("NFC", text))
    assert skeleton_text(reduced) == reduced


def test_a_place_in_the_text_includes_the_marks_of_its_last_letter() -> None:
    text = "قال الوَزيرُ، ثم"
    held = skeleton(text)
    start = held.text.index("الوزير")
    assert text[slice(*span_in_text(held, start, start + 6, text))] == "الوَزيرُ"


def test_a_script_without_spaces_has_a_word_for_every_letter() -> None:
    assert WORD.findall("abc 今天x ไทย") == ["abc", "今", "天", "x", "ไ", "ท", "ย"]
