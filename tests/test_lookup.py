"""A quotation is found where it stands, however it is spelt; what stands nowhere is not found."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import KeywordEncoder, make_settings

from rag.generations import LEXICAL
from rag.indexer import bring_in_step
from rag.lexical_index import LexicalIndex
from rag.lookup import altered_words, look_up
from rag.records import Article, Citation
from rag.store import Store

ARABIC = "افتتاح الميناء\n\nافتتح الوَزيرُ سامي الحدّاد الميناء الجديد، يوم الخميس. وبلغت الكلفة 12 مليون دينار في إدلب.\n"
ENGLISH = (
    "Bridge opens\n\nThe bridge (over the Ortan river) opened again on Monday. A band played at 5.30 p.m. today.\n"
)
TWIN = "News\n\nAs reported, a band played at 5.30 p.m. today. Nobody danced.\n"
CHINESE = "新桥\n\n星期一，奥尔坦河上的桥重新开放。工程师们修了两年。\n"
PASSAGES = 12
# Long enough for several passages; every sentence stands once.
LONG = "Report\n\n" + " ".join(
    f"In year {number} the committee number {number + 7} met in hall {number * 3} and discussed road {number + 100}."
    for number in range(1900, 1900 + 8 * PASSAGES)
)
HINDI = "पुल\n\nनदी पर पुल फिर से खुल गया है। लोग आए।\n"

LookUp = Callable[[str], tuple[Citation, ...]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("lookup")
    articles = {
        "ar/ميناء #1.txt": ARABIC,
        "en/bridge.txt": ENGLISH,
        "en/twin.txt": TWIN,
        "hi.txt": HINDI,
        "zh.txt": CHINESE,
        "en/long.txt": LONG,
    }
    settings = make_settings(folder, articles)
    bring_in_step(settings, KeywordEncoder())
    return Store.open(settings.index_dir)


@pytest.fixture(scope="module")
def find(store: Store) -> LookUp:
    lexical = LexicalIndex.load(store.folder / LEXICAL, rows=store.manifest.passages)
    return lambda text: look_up(text, store, lexical)


def article_of(citation: Citation, store: Store) -> Article:
    article = store.article(citation.article_id)
    assert article.text[citation.start : citation.end] == citation.quote
    return article


def test_an_article_id_gives_the_opening_of_that_article(find: LookUp, store: Store) -> None:
    [found] = find("ar/ميناء #1.txt")
    article_of(found, store)
    assert (found.article_id, found.start, found.marker) == ("ar/ميناء #1.txt", 0, 1)
    assert found.passage_id == store.article_passages(found.article_id)[0].passage_id


@pytest.mark.parametrize("span", ["#16-45", "#١٦-٤٥"])
def test_an_id_with_a_span_gives_exactly_that_span(find: LookUp, store: Store, span: str) -> None:
    [found] = find(f"ar/ميناء #1.txt{span}")
    article_of(found, store)
    assert (found.article_id, found.start, found.end, found.start_line) == ("ar/ميناء #1.txt", 16, 45, 3)


@pytest.mark.parametrize(
    "text",
    [
        "en/bridge.txt#5-5", "en/bridge.txt#9-5", "en/bridge.txt#0-99999", "en/none.txt#0-5", "#0-5",
        "en/bridge.txt#" + "9" * 5000 + "-" + "9" * 5000, "ar", "en/", "en/bridge", "none.txt",
    ],
)  # fmt: skip
def test_an_id_or_a_span_that_does_not_exist_gives_nothing(find: LookUp, text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("A band played at 5.30 p.m. today", "A band played at 5.30 p.m. today"),
        ("  the BRIDGE over the ortan river opened ", "The bridge (over the Ortan river) opened"),
        ("الوزير سامي الحداد", "الوَزيرُ سامي الحدّاد"),
        ("الوَزِيرُ سَامِي الحَدَّاد", "الوَزيرُ سامي الحدّاد"),
        ("«الميناء الجديد يوم الخميس»", "الميناء الجديد، يوم الخميس"),
        ("الكلفه ١٢ مليون", "الكلفة 12 مليون"),
        ("دينار فى ادلب", "دينار في إدلب"),
        ("الـوزيـر سـامي", "الوَزيرُ سامي"),
        ("الخميس. وبلغت\nالكلفة", "الخميس. وبلغت الكلفة"),
        ("नदी पर पुल", "नदी पर पुल"),
        ("लोग आए", "लोग आए"),
        ("खुल गया है", "खुल गया है"),
        ("افتتح الوزير", "افتتح الوَزيرُ"),
        ("ميناء الجديد يوم الخميس", "الميناء الجديد، يوم الخميس"),
    ],
)
def test_a_quotation_is_found_whatever_its_marks_letters_digits_and_punctuation(
    find: LookUp, store: Store, text: str, quote: str
) -> None:
    found = find(text)
    assert found[0].quote == quote
    article_of(found[0], store)
    assert found[0].passage_id in {passage.passage_id for passage in store.article_passages(found[0].article_id)}


def test_a_quotation_that_stands_in_several_articles_is_found_in_each(find: LookUp) -> None:
    found = find("a band played at 5.30 p.m. today")
    assert [(citation.marker, citation.article_id) for citation in found] == [(1, "en/bridge.txt"), (2, "en/twin.txt")]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "The bridge over the Ortan river opened again on Tuesday",
            "The bridge (over the Ortan river) opened again on Monday",
        ),
        ("over the Ortan river opened again last Monday", "over the Ortan river) opened again on Monday"),
        ("المليون دينار في مدينة إدلب", "مليون دينار في إدلب"),
        ("افتتح الوزير سامي الحداد الميناء القديم يوم الخميس", "افتتح الوَزيرُ سامي الحدّاد الميناء الجديد، يوم الخميس"),
    ],
)  # fmt: skip
def test_a_quotation_with_one_word_changed_is_found_at_whole_words(
    find: LookUp, store: Store, text: str, quote: str
) -> None:
    [found] = find(text)
    article_of(found, store)
    assert found.quote == quote


@pytest.mark.parametrize(
    "text",
    [
        "The museum in Riga has been shut since the winter", "أعلنت الحكومة زيادة الرواتب في الربيع", "Самолёт упал",
        "band danced", "ridge over", "band plays", "and played",
    ],
)  # fmt: skip
def test_what_stands_nowhere_is_not_found(find: LookUp, text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("星期一奥尔坦河上的桥", "星期一，奥尔坦河上的桥"),
        ("桥重新\n开放", "桥重新开放"),
        ("奥尔坦河上的老桥重新开放。工程师们", "奥尔坦河上的桥重新开放。工程师们"),
    ],
)
def test_in_a_script_without_spaces_a_quotation_may_begin_within_a_sentence(
    find: LookUp, text: str, quote: str
) -> None:
    assert [citation.quote for citation in find(text)] == [quote]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The bridge … opened again on Monday", "The bridge (over the Ortan river) opened again on Monday"),
        ("the Ortan [...] A band played", "the Ortan river) opened again on Monday. A band played"),
        ("افتتح الوزير ... الميناء الجديد", "افتتح الوَزيرُ سامي الحدّاد الميناء الجديد"),
    ],
)
def test_words_may_be_left_out_where_an_ellipsis_says_so(find: LookUp, text: str, quote: str) -> None:
    assert [citation.quote for citation in find(text)] == [quote]


@pytest.mark.parametrize(
    "text",
    [
        'He said: "opened again on Monday. A band played"',
        "According to the mayor, opened again on Monday. A band played",
        "“opened again on Monday. A band played”, said the mayor of the town",
        "قال العمدة: opened again on Monday. A band played", "opened again on Monday. A band played [2]",
        "He said: «opened again on Monday. A bands playd»",
    ],
)  # fmt: skip
def test_who_said_it_is_not_part_of_the_quotation(find: LookUp, text: str) -> None:
    assert find(text)[0].quote == "opened again on Monday. A band played"


def test_an_altered_clause_before_a_comma_is_not_taken_for_who_said_it(find: LookUp) -> None:
    text = "افتتح الوزير سامي الحداد الميناء القديم، يوم الخميس وبلغت الكلفة"
    assert find(text)[0].quote == "افتتح الوَزيرُ سامي الحدّاد الميناء الجديد، يوم الخميس. وبلغت الكلفة"


def test_a_quotation_is_found_across_the_end_of_every_passage(find: LookUp, store: Store) -> None:
    passages = store.article_passages("en/long.txt")
    assert len(passages) >= 4
    for before, after in itertools.pairwise(passages):
        first = before.text.split()[-5:]
        last = after.text.split()[:5]
        [exact] = find(" ".join([*first, *last]))
        altered, *_ = find(" ".join([*first, "was", *last]).replace("road", "raod"))
        assert exact.quote.split() == altered.quote.split() == [*first, *last]
        assert exact.passage_id == before.passage_id


def test_an_article_pasted_whole_is_found_from_its_first_to_its_last_word(find: LookUp, store: Store) -> None:
    text = store.article("en/long.txt").text
    [exact] = find(f" {text}\n")
    assert exact.quote == text.strip(".")
    [altered] = find(text.replace("the committee", "a committee").replace("1950", "1590"))
    assert (altered.start, altered.end) == (exact.start, exact.end)


def test_of_a_text_that_is_only_partly_in_an_article_too_much_is_left_over(find: LookUp, store: Store) -> None:
    half = store.article("en/long.txt").text[:3000]
    assert find(half + " and nothing of all this was ever reported by anybody at all" * 60) == ()


def test_the_altered_words_of_a_quotation_are_told_and_none_of_a_place_named_by_its_id(find: LookUp) -> None:
    asked = "The bridge over the Ortan river opened again on Tuesday"
    [citation] = find(asked)
    [alteration] = altered_words(asked, citation)
    assert (alteration.asked, alteration.quoted) == ("Tuesday", "Monday")
    for named in ("en/bridge.txt", " en/bridge.txt#14-29 "):
        [citation] = find(named)
        assert altered_words(named, citation) == ()


def test_a_part_of_a_word_is_not_taken_for_the_word(find: LookUp) -> None:
    assert find("band") != ()
    assert find("ban") == ()


@pytest.mark.parametrize(
    "text",
    [
        "", " \n", "؟!.", "(.*)", "[a-z]+", "\\", "(?:", "%", "_", "*", "' OR 1=1 --", '"', "\0", "\ud800", "a\udcffb",
        "🎉", "\u202e\u2069", "#", "#1-2", "../../etc/passwd", "]]]]", "^.$", "a{99999}",
    ],
)  # fmt: skip
def test_hostile_input_is_only_text(find: LookUp, text: str) -> None:
    assert find(text) == ()


def test_a_very_long_text_that_holds_an_article_is_not_that_article(find: LookUp) -> None:
    started = time.perf_counter()
    assert find(ENGLISH + "and a great many other words " * 5000) == ()
    assert find("ا" * 200_000) == ()
    assert time.perf_counter() - started < 10
