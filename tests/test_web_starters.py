"""Before anything is asked the page shows what there is: starters from all over the corpus, and what was left out."""

import pytest
from web_fakes import FakeAssistant, text_of

from rag.records import ArticleSummary
from rag.web.corpus_face import CorpusFace
from rag.web.shell import report_html, welcome_html
from rag.web.starters import recurring_names, starter_questions
from rag.web.strings import STRINGS
from rag.web.wording import counted


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.mark.parametrize("language", STRINGS)
def test_everything_left_out_is_listed_with_its_reason(assistant: FakeAssistant, language: str) -> None:
    shown = text_of(report_html(language, 3, assistant.report))
    assert assistant.report is not None
    for article_id, reason in assistant.report.skipped:
        assert f"{article_id}{reason}" in shown
    assert "en/copy.txt" in shown
    assert counted(STRINGS[language].count_furniture, 12, language) in shown
    assert counted(STRINGS[language].count_articles, 3, language) in shown


def test_an_empty_corpus_names_the_folder_to_fill() -> None:
    assert "my/articles" in text_of(welcome_html("en", CorpusFace(articles=0), "my/articles"))


def summary(number: int, title: str, language: str) -> ArticleSummary:
    return ArticleSummary(
        article_id=f"{number:03}.txt", title=title, language=language, published=None, characters=1, passages=1
    )


def test_starters_are_few_the_same_each_time_and_first_in_the_readers_language() -> None:
    corpus = [summary(number, f"Title {number} of the harbour", "en") for number in range(6)]
    corpus += [summary(10, "Кризис в Идлибе", "ru"), summary(11, "x" * 500, "ru"), summary(12, " ", "ru")]
    first = starter_questions(corpus, "ru")
    assert first == starter_questions(list(reversed(corpus)), "ru")
    assert len(first) == 4
    assert first[0].question == STRINGS["ru"].starter.format(title="Кризис в Идлибе")


def test_starters_show_the_breadth_of_the_corpus() -> None:
    titles = [
        "Bridge opens in spring",
        "Bridge opens in summer",
        "Bridge opens in autumn",
        "Library closes",
        "New tram",
    ]
    chosen = [each.title for each in starter_questions([summary(*pair, "en") for pair in enumerate(titles)], "en", 3)]
    assert chosen == ["Bridge opens in spring", "Library closes", "New tram"]


def test_half_of_the_starters_ask_about_names_that_recur_in_the_readers_language() -> None:
    titles = ["Mona Reed opens the harbour library", "Council thanks Mona Reed", "Trams return to Port Said"]
    corpus = [summary(*pair, "en") for pair in enumerate(titles)]
    assert "Mona Reed" in [each.title for each in starter_questions(corpus, "en")]
    assert "Mona Reed" not in [each.title for each in starter_questions(corpus, "fr")]


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Prices rise again", "Prices fall in May", "Rain in May"], ("May",)),
        (["بلدية حلب تفتح جسرا", "افتتاح جسر في حلب", "عودة السوق إلى حلب"], ("حلب",)),
        (["اجتماع في المدينة", "سوق في المدينة"], ()),
        (["بحث العمدة فتح الجسر", "بحث الوزير أمر السوق"], ()),
        (["Выставка в Казани", "Погода в Казани"], ()),
        (["Council Passes Budget", "Council Passes Law"], ()),
        (["One Paris", "two"], ()),
    ],
)
def test_a_name_recurs_where_names_stand(titles: list[str], names: tuple[str, ...]) -> None:
    assert recurring_names(titles) == names


def test_a_corpus_that_is_not_known_yet_is_not_called_empty() -> None:
    assert "my/articles" not in welcome_html("en", CorpusFace(articles=None), "my/articles")
    assert text_of(report_html("en", None, None)) == ""


def test_a_title_with_braces_is_taken_literally() -> None:
    title = "{title} {0} {unknown}"
    (starter,) = starter_questions([summary(1, title, "en")], "en")
    assert title in starter.question
    assert title in text_of(welcome_html("en", CorpusFace(articles=1, starters={"en": (starter,)}), "data"))
