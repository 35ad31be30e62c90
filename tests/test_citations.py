"""Citations are the article's own words, and markers are found where they are markers and nowhere else (law 2)."""

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT, make_article

from rag.citations import cite, resolve_markers, resolves, segments
from rag.records import Citation

TEXT = "السطر الأول.\nThe second line [3] ends here.\nТретья строка."


def citation(marker: int, quote: str = "The second line [3] ends here.") -> Citation:
    article = make_article(TEXT if quote in TEXT else quote)
    start = article.text.index(quote)
    return cite(article, start, start + len(quote), marker=marker, passage_id="a.txt#0-1")


@given(ANY_TEXT.filter(bool), st.data())
def test_law_2_a_citation_is_the_text_at_its_place_with_its_lines(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    article = make_article(text, title="العنوان")
    found = cite(article, start, end, marker=4, passage_id="p")
    assert found.quote == text[found.start : found.end] == text[start:end]
    assert (found.start_line, found.end_line) == (text[:start].count("\n") + 1, text[: end - 1].count("\n") + 1)
    assert (found.marker, found.passage_id, found.article_id, found.title) == (4, "p", "a.txt", "العنوان")
    assert resolves(found, article)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 2), (-1, 2), (0, len(TEXT) + 1), (len(TEXT), len(TEXT) + 1)])
def test_a_span_that_is_empty_or_outside_the_article_cannot_be_cited(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=re.escape("a.txt has")):
        cite(make_article(TEXT), start, end, marker=1, passage_id="p")


def test_a_citation_resolves_in_no_other_article_and_in_no_other_text() -> None:
    found = citation(1)
    assert resolves(found, make_article(TEXT))
    assert not resolves(found, make_article(TEXT, "b.txt"))
    assert not resolves(found, make_article("x" + TEXT))
    assert not resolves(found, make_article(TEXT[: found.end - 1]))


def test_markers_of_known_citations_are_parted_from_the_text_around_them() -> None:
    assert segments("Первое [1]. שני [2]", [citation(1), citation(2)]) == (
        ("Первое ", None),
        ("[1]", 1),
        (". שני ", None),
        ("[2]", 2),
    )


def test_adjacent_markers_are_found_each() -> None:
    assert segments("a [1][2][1]", [citation(1), citation(2)]) == (("a ", None), ("[1]", 1), ("[2]", 2), ("[1]", 1))


def test_a_bracketed_number_inside_a_quotation_is_text_even_if_such_a_citation_exists() -> None:
    known = [citation(1), citation(3, "Третья строка.")]
    assert segments("The second line [3] ends here. [1]\n\nТретья строка. [3]", known) == (
        ("The second line [3] ends here. ", None),
        ("[1]", 1),
        ("\n\nТретья строка. ", None),
        ("[3]", 3),
    )


def test_a_quotation_of_a_bare_number_leaves_its_own_marker_a_marker() -> None:
    assert segments("1 [1]", [citation(1, "1")]) == (("1 ", None), ("[1]", 1))


def test_a_quotation_that_begins_another_does_not_cut_it_short() -> None:
    known = [citation(1, "see"), citation(2, "see [1] there")]
    assert segments("see [1] there [2]", known) == (("see [1] there ", None), ("[2]", 2))


@pytest.mark.parametrize(
    "text", ["see [7]", "[0]", "[]", "[1", "1]", "[one]", "[1, 2]", "［1］", "[" + "9" * 5000 + "]", "[-1]", "(1)", ""]
)
def test_what_is_no_marker_of_a_known_citation_stays_text(text: str) -> None:
    assert segments(text, [citation(1), citation(2)]) == (((text, None),) if text else ())


def test_without_citations_there_are_no_markers() -> None:
    assert segments("said [1]", ()) == (("said [1]", None),)


@given(
    st.lists(
        st.sampled_from(["a [2]", "[1]", "[2]", "[", "]", "1", "see", " ", "\n", "(.*)", "[[1]]", "٣"]), max_size=9
    ),
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["a [2]", "1", "see", "(.*)", "[", "٣"])), max_size=3),
)
def test_pieces_join_to_the_text_and_only_known_markers_carry_a_number(
    parts: list[str], known: list[tuple[int, str]]
) -> None:
    text = "".join(parts)
    pieces = segments(text, [citation(marker, quote) for marker, quote in known])
    assert "".join(piece for piece, _ in pieces) == text
    for piece, marker in pieces:
        assert piece
        if marker is not None:
            assert piece == f"[{marker}]"
            assert marker in {number for number, _ in known}
    literals = [marker is None for _, marker in pieces]
    assert not any(one and other for one, other in itertools.pairwise(literals))


SHOWN = {number: citation(number, quote) for number, quote in {1: "one", 2: "two", 3: "three", 12: "twelve"}.items()}


@pytest.mark.parametrize(
    ("draft", "text", "quotes", "unknown"),
    [
        ("A [1]. B [2].", "A [1]. B [2].", ["one", "two"], ()),
        ("A [3]. B [1]. C [3].", "A [1]. B [2]. C [1].", ["three", "one"], ()),
        ("قيل [٢] و[۳]", "قيل [1] و[2]", ["two", "three"], ()),
        ("A【2】 B［1］", "A[1] B[2]", ["two", "one"], ()),
        ("A [2, 1]", "A [1][2]", ["two", "one"], ()),
        ("A [٢، ١]", "A [1][2]", ["two", "one"], ()),
        ("A 【2，1】", "A [1][2]", ["two", "one"], ()),
        ("A [ 12 ]", "A [1]", ["twelve"], ()),
        ("A [9]. B [1].", "A . B [1].", ["one"], ("[9]",)),
        ("A [1, 9, 2]", "A [1][2]", ["one", "two"], ("[9]",)),
        ("A [9]\nB [0]", "A\nB", [], ("[9]", "[0]")),
        ("A [٩]", "A", [], ("[٩]",)),
        ("A [" + "1" * 5000 + "]", "A", [], ("[" + "1" * 5000 + "]",)),
        ("A [one] [] (1) [1-2]", "A [one] [] (1) [1-2]", [], ()),
        ("", "", [], ()),
    ],
)
def test_the_markers_of_a_draft_are_renumbered_and_the_unknown_handed_back(
    draft: str, text: str, quotes: list[str], unknown: tuple[str, ...]
) -> None:
    found, citations, missing = resolve_markers(draft, SHOWN)
    assert found == text
    assert [citation.quote for citation in citations] == quotes
    assert [citation.marker for citation in citations] == list(range(1, len(quotes) + 1))
    assert missing == unknown


@given(
    st.lists(st.sampled_from([*"[]【】, ،", "1", "2", "9", "[9]", "١", "٢", " word.", "\n"]), max_size=25).map("".join)
)
@example("[[9]1] [2]")
@example("【1[9]，2]")
def test_after_resolving_no_marker_of_the_text_is_unknown(draft: str) -> None:
    text, citations, unknown = resolve_markers(draft, SHOWN)
    assert set(re.findall(r"\[(\d+)\]", text)) == {str(citation.marker) for citation in citations}
    for marker in unknown:
        assert int(marker[1:-1]) not in SHOWN
