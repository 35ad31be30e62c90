"""What is nearly a quotation is found at whole words, and its altered words are named; what is not is not found."""

import unicodedata

import pytest
from hypothesis import example, given
from text_fakes import ANY_TEXT

from rag.alignment import alterations, exact_stretches, glimpse, nearest_stretch, parts_in_order, similarity, unlike
from rag.records import Alteration
from rag.skeleton import skeleton_text

TEXT = (
    "the council met on monday morning and it passed the budget of forty million after a long debate in the old hall "
    "opponents left the room before the vote and a band played in the street until the evening"
)


def test_letter_for_letter_means_whole_words_and_every_place() -> None:
    held = "a band played and the band played on husband played"
    assert [(found.start, found.end) for found in exact_stretches("band played", held)] == [(2, 13), (22, 33)]
    assert list(exact_stretches("", held)) == []


def test_in_a_script_without_spaces_a_quotation_may_begin_and_end_anywhere() -> None:
    assert [(found.start, found.end) for found in exact_stretches("我们看", "今天我们看见")] == [(2, 5)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("passed the bugdet of forti million", "passed the budget of forty million"),
        ("passed the plan of forty million after", "passed the budget of forty million after"),
        ("passed budget of forty million after a", "passed the budget of forty million after a"),
        ("passed the whole budget of forty million", "passed the budget of forty million"),
        ("opponents the left room before the vote", "opponents left the room before the vote"),
        ("members left the room before the vote", "opponents left the room before the vote"),
        ("left the room before the poll", "left the room before the vote"),
        ("left the room before vote and", "left the room before the vote and"),
    ],
)
def test_an_altered_quotation_is_found_with_all_its_words(asked: str, found: str) -> None:
    stretch = nearest_stretch(asked, TEXT)
    assert stretch is not None
    assert TEXT[stretch.start : stretch.end] == found
    assert 0.8 <= stretch.similarity < 1


def test_a_long_quotation_is_found_by_its_ends() -> None:
    middle = " ".join(f"word{number} of the middle" for number in range(60))
    held = f"{TEXT} {middle} {TEXT[::-1]}"
    asked = f"{TEXT.replace('monday', 'sunday')} {middle.replace('word7 ', '')} {TEXT[::-1].replace('llah', 'lla')}"
    stretch = nearest_stretch(f"so {asked}", f"before {held} after")
    assert stretch is not None
    assert f"before {held} after"[stretch.start : stretch.end] in (held, f"before {held}")
    assert stretch.similarity > 0.95


def test_what_is_not_there_is_not_even_glimpsed() -> None:
    assert glimpse("музей закрыли на ремонт в марте", TEXT) is None
    assert glimpse(f"{TEXT} and a great many other words", TEXT[:40]) is None
    assert nearest_stretch("", TEXT) is None


def test_similarity_is_of_letters_or_of_words_whichever_is_more() -> None:
    assert similarity("abcd", "abcd") == 1
    assert similarity("abcd", "abce") == 0.75
    # Three of four words are the same on both sides, but half of the letters are of the fourth.
    assert similarity("a b c dddddd", "a b c eeeeee") == pytest.approx(0.75)
    assert unlike("he said", "the dci")
    assert not unlike("he said yesterday", "yesterday")
    assert not unlike("according", "acording")


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("council met", "long debate in the old hall"), "council met on monday morning and it passed the budget of"
         " forty million after a long debate in the old hall"),
        (("after a long debate", "before the vote"), "after a long debate in the old hall opponents left the room"
         " before the vote"),
        (("opponents left the rom", "vote", "band plaied in the street"), "opponents left the room before the vote and"
         " a band played in the street"),
    ],
)  # fmt: skip
def test_a_quotation_with_parts_left_out_reaches_from_the_first_to_the_last(parts: tuple[str, ...], found: str) -> None:
    stretch = parts_in_order(parts, TEXT)
    assert stretch is not None
    assert TEXT[stretch.start : stretch.end] == found


def test_parts_in_another_order_or_too_far_apart_are_no_quotation() -> None:
    assert parts_in_order(("before the vote", "council met on monday"), TEXT) is None
    far = f"{TEXT} {'and so on ' * 300}{TEXT.upper().lower().replace('council', 'senate')}"
    assert parts_in_order(("the council met on monday", "the senate met"), far) is None
    assert parts_in_order(("the council met on monday", "xy"), TEXT) is None


def test_the_altered_words_are_named_with_their_places_on_both_sides() -> None:
    asked, quote = (
        "The Council passed a budget of 40 million, twice",
        "the council has passed its BUDGET (of ٤٠ million)",
    )
    assert alterations(asked, quote) == (
        Alteration(asked="", quoted="has", asked_span=(11, 11), quoted_span=(12, 15)),
        Alteration(asked="a", quoted="its", asked_span=(19, 20), quoted_span=(23, 26)),
        Alteration(asked="twice", quoted="", asked_span=(43, 48), quoted_span=(48, 48)),
    )


@pytest.mark.parametrize(
    ("asked", "quote"),
    [
        ("الوزير سامى الحداد", "الوَزيرُ سامي الحدّاد"),
        ("«الميناء الجديد» يوم", "الميناء الجديد، يوم"),
        (unicodedata.normalize("NFD", "Élysée 한국어"), "élysée 한국어"),
        ("", ""),
        ("؟!", "…"),
    ],
)
def test_spelling_marks_and_punctuation_are_no_altered_words(asked: str, quote: str) -> None:
    assert alterations(asked, quote) == ()


def test_all_words_are_altered_where_none_is_the_same() -> None:
    assert alterations("one two", "drei") == (
        Alteration(asked="one two", quoted="drei", asked_span=(0, 7), quoted_span=(0, 4)),
    )
    assert alterations("", "drei")[0].quoted == "drei"


def test_a_character_of_two_words_is_altered_as_a_whole_or_not_at_all() -> None:
    assert alterations("1 of it", "¼ of it") == (
        Alteration(asked="1", quoted="¼", asked_span=(0, 1), quoted_span=(0, 1)),
    )
    assert alterations("1/4 of it", "¼ of it") == ()


@given(ANY_TEXT, ANY_TEXT)
@example("1", "¼")
def test_what_alterations_leave_is_the_same_on_both_sides(asked: str, quote: str) -> None:
    found = alterations(asked, quote)
    asked = unicodedata.normalize("NFC", asked)
    for item in found:
        assert asked[slice(*item.asked_span)] == item.asked
        assert quote[slice(*item.quoted_span)] == item.quoted
        assert item.asked or item.quoted
    for item in reversed(found):
        asked = asked[: item.asked_span[0]] + " " + asked[item.asked_span[1] :]
        quote = quote[: item.quoted_span[0]] + " " + quote[item.quoted_span[1] :]
    assert skeleton_text(asked).replace(" ", "") == skeleton_text(quote).replace(" ", "")
