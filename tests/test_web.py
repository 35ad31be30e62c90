"""The page without a browser: its words, its markup, its conversations and its addresses."""

import asyncio
import dataclasses
import datetime
import html
import re
import socket
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, HOSTILE_ID, HOSTILE_QUOTE, FakeAssistant, articles

from rag.errors import ChatModelError, IndexCorrupt, MasdarError, SettingsError
from rag.records import Answer, ArticleSummary
from rag.settings import Settings
from rag.web import create_app, serve
from rag.web.chat import Failure, Turn, TurnState, failure_of, history, safe_conversation_id
from rag.web.conversations import Conversations, ReaderConversations
from rag.web.escaping import literal, path_html
from rag.web.markup import question_html, turn_html
from rag.web.reader_language import choose_language
from rag.web.shell import header_html, report_html, welcome_html
from rag.web.source_panel import panel_view
from rag.web.starters import starter_questions
from rag.web.strings import STRINGS
from rag.web.talk import answer_question

STATIC = Path(__file__).parents[1] / "rag" / "web" / "static"
ENGLISH = STRINGS["en"]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def mine(tmp_path: Path) -> ReaderConversations:
    return Conversations(tmp_path / "conversations.sqlite").of_reader("me")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(FakeAssistant()))


def complete(assistant: FakeAssistant, question: str) -> Turn:
    return Turn(question=question, answer=assistant.answer(question), state=TurnState.COMPLETE)


def buttons(markup: str, name: str) -> list[str]:
    return [html.unescape(value) for value in re.findall(rf'class="{name}" value="([^"]*)"', markup)]


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


# Words


@pytest.mark.parametrize("language", STRINGS)
def test_every_language_has_every_string_with_the_same_blanks(language: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for field in dataclasses.fields(ENGLISH):
        text = getattr(STRINGS[language], field.name)
        assert text.strip(), field.name
        assert blanks(text) == blanks(getattr(ENGLISH, field.name)), field.name


def test_no_string_was_left_in_english() -> None:
    for language, strings in STRINGS.items():
        same = {
            field.name
            for field in dataclasses.fields(strings)
            if language != "en" and getattr(strings, field.name) == getattr(ENGLISH, field.name)
        }
        assert same <= {"conversation", "source", "sources", "article"}, language  # French writes these alike
        assert not same or language == "fr"


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "expected"),
    [
        ("he", "ru", "fr", "he"),
        ("xx", "ru", "fr", "ru"),
        (None, None, "de;q=0.9, fr-CA;q=0.5, ar-EG;q=0.8", "ar"),
        (None, None, "iw-IL", "he"),
        (None, None, "ru;q=0, de", "en"),
        (None, None, "en;q=zzz, fr", "fr"),
        (None, None, None, "en"),
    ],
)
def test_the_address_wins_over_the_choice_over_the_browser(
    asked: str | None, remembered: str | None, accepted: str | None, expected: str
) -> None:
    assert choose_language(asked=asked, remembered=remembered, accepted=accepted) == expected


@pytest.mark.parametrize("language", STRINGS)
def test_the_script_finds_every_word_it_shows(language: str) -> None:
    script = (STATIC / "app.js").read_text(encoding="utf-8")
    used = set(re.findall(r"(?:label|words\(\))\??\.(\w+)", script))
    kebab = {re.sub(r"([A-Z])", lambda match: "-" + match.group().lower(), name) for name in used}
    given = dict(re.findall(r'data-([\w-]+)="([^"]*)"', header_html(language)))
    assert kebab <= given.keys()
    assert all(given.values())


# Markup


@pytest.mark.parametrize("text", [HOSTILE_QUOTE, "a\n\nb\r\n# c", "*_`~|\\ <b>&amp; $$x$$ www.evil.example\0"])
def test_text_is_shown_as_it_is_and_is_never_markup(text: str) -> None:
    shown = literal(text)
    assert html.unescape(shown) == text.replace("\0", "")
    assert not set(re.sub(r"&#\d+;", "", shown)) & set("<>\"'`*_[]()!|~$:@#&{}\\\n")


def test_each_marker_becomes_a_button_and_a_bracket_in_a_quote_does_not(assistant: FakeAssistant) -> None:
    turn = complete(assistant, "الجسر")
    markup = turn_html(turn, "ar")
    assert turn.answer is not None
    expected = [f"{each.article_id}:{each.start}:{each.end}" for each in turn.answer.citations]
    assert buttons(markup, "cite") == expected
    assert buttons(markup, "source") == expected
    assert "موقعها [3]." in text_of(markup)
    assert 'class="answer answered" dir="rtl"' in markup


def test_the_short_answer_is_set_off_inside_the_quotation(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "الجسر"), "ar")
    assert re.findall(r'<strong class="short">(.*?)</strong>', markup) == ["4.5 مليون دولار"]


def test_a_part_of_a_number_is_not_set_off(assistant: FakeAssistant) -> None:
    answer = replace(assistant.answer("library"), short_answer="200")
    markup = turn_html(Turn(question="?", answer=replace(answer, short_answer="20"), state=TurnState.COMPLETE), "en")
    assert "<strong" not in markup


def test_each_quotation_runs_in_its_own_direction(assistant: FakeAssistant) -> None:
    citations = (assistant.citation(1, ARABIC_ID, ARABIC_QUOTE), assistant.answer("library").citations[0])
    citations = (citations[0], replace(citations[1], marker=2))
    text = "\n\n".join(f"{each.quote} [{each.marker}]" for each in citations)
    answer = replace(assistant.answer("الجسر"), citations=citations, text=text)
    markup = turn_html(Turn(question="?", answer=answer, state=TurnState.COMPLETE), "en")
    assert re.findall(r'<p dir="(\w+)"', markup) == ["rtl", "ltr"]


def test_sentences_of_one_paragraph_stay_together(assistant: FakeAssistant) -> None:
    answer = assistant.answer("الجسر")
    text = " ".join(f"{each.quote} [{each.marker}]" for each in answer.citations)
    markup = turn_html(Turn(question="?", answer=replace(answer, text=text), state=TurnState.COMPLETE), "en")
    assert markup.count("<p ") == 1


def test_a_draft_is_not_yet_an_answer_and_hides_half_a_marker(assistant: FakeAssistant) -> None:
    answer = replace(assistant.answer("library"), text="The harbour library lent [1")
    markup = turn_html(Turn(question="?", answer=answer), "en")
    assert 'class="answer draft busy"' in markup
    assert "[1" not in text_of(markup)


def test_an_abstention_shows_the_closest_passages_and_cites_nothing(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "who?"), "en")
    assert 'class="answer unanswerable"' in markup
    assert ENGLISH.closest in text_of(markup)
    assert len(buttons(markup, "closest")) == 3
    assert not buttons(markup, "cite")


def test_an_abstention_in_another_language_is_named_in_the_readers(assistant: FakeAssistant) -> None:
    turn = complete(assistant, "who?")
    assert STRINGS["ar"].unanswerable in text_of(turn_html(turn, "ar"))
    assert ENGLISH.unanswerable not in text_of(turn_html(turn, "en"))


def test_what_the_buttons_name_is_not_said_twice(assistant: FakeAssistant) -> None:
    answer = assistant.answer("who?")
    titles = ", ".join(hit.passage.title for hit in answer.hits)
    turn = Turn(question="who?", answer=replace(answer, text=f"The articles do not say.\nClosest: {titles}"))
    markup = turn_html(replace(turn, state=TurnState.COMPLETE), "en")
    assert '<p dir="ltr">The articles do not say.</p>' in markup
    assert text_of(markup).count(answer.hits[0].passage.title) == 1


def test_the_sources_name_each_article_once(assistant: FakeAssistant) -> None:
    markup = turn_html(complete(assistant, "الجسر"), "ar")
    assert markup.count('class="title"') == 1
    assert len(buttons(markup, "source")) == 2


def test_nothing_of_a_hostile_article_becomes_an_element(assistant: FakeAssistant) -> None:
    question = "hostile <img src=x onerror=alert(1)> ![x](https://evil.example/x.png)"
    markup = turn_html(complete(assistant, question), "en") + question_html(question)
    assert set(re.findall(r"<(\w+)", markup)) <= {"div", "p", "button", "span", "section", "h3", "ul", "li", "bdi"}
    assert HOSTILE_QUOTE in text_of(markup)
    assert "\n" not in markup


@pytest.mark.parametrize("language", STRINGS)
@pytest.mark.parametrize("failure", Failure)
def test_a_failure_is_told_in_the_readers_language(language: str, failure: Failure) -> None:
    turn = Turn(question="?", state=TurnState.FAILED, failure=failure, details="<vectors.npy> is damaged.")
    markup = turn_html(turn, language)
    assert STRINGS[language].failed in text_of(markup)
    assert "<vectors.npy> is damaged." in text_of(markup)


@pytest.mark.parametrize("language", STRINGS)
def test_everything_left_out_is_listed_with_its_reason(assistant: FakeAssistant, language: str) -> None:
    shown = text_of(report_html(language, 3, assistant.report))
    assert assistant.report is not None
    for article_id, reason in assistant.report.skipped:
        assert f"{article_id}{reason}" in shown
    assert "en/copy.txt" in shown
    assert STRINGS[language].count_furniture.format(count=12) in shown
    assert STRINGS[language].count_articles.format(count=3) in shown


def test_an_empty_corpus_names_the_folder_to_fill() -> None:
    assert "my/articles" in text_of(welcome_html("en", (), "my/articles"))


def test_a_path_keeps_its_text_and_its_order() -> None:
    assert text_of(path_html("أخبار/جسر.md")) == "أخبار/جسر.md"
    assert path_html("a/b").count('<bdi dir="ltr"') == 3


# Starters


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


def test_a_title_with_braces_is_taken_literally() -> None:
    title = "{title} {0} {unknown}"
    (starter,) = starter_questions([summary(1, title, "en")], "en")
    assert title in starter.question
    assert title in text_of(welcome_html("en", [starter], "data"))


# Conversations


def test_an_answer_whose_reader_left_is_stopped(assistant: FakeAssistant, mine: ReaderConversations) -> None:
    async def leave_at_once() -> None:
        asking = answer_question(assistant, mine, "one", "library?")
        await anext(asking)
        await asking.aclose()

    asyncio.run(leave_at_once())
    assert [turn.state for turn in mine.turns("one")] == [TurnState.STOPPED]


def test_a_question_asked_anew_knows_only_what_was_said_before_it(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    async def ask(question: str, at: int | None = None) -> None:
        async for _ in answer_question(assistant, mine, "one", question, at=at):
            pass

    for question in ("library?", "hostile?"):
        asyncio.run(ask(question))
    asyncio.run(ask("library again?", at=1))
    assert [turn.question for turn in mine.turns("one")] == ["library?", "library again?"]
    assert [asked for asked, _ in assistant.histories[-1]] == ["library?"]


class FailingAssistant(FakeAssistant):
    def stream(self, question: str, history: tuple[tuple[str, str], ...] = ()) -> Iterator[Answer]:
        raise ZeroDivisionError("a secret path")


class SilentAssistant(FakeAssistant):
    def stream(self, question: str, history: tuple[tuple[str, str], ...] = ()) -> Iterator[Answer]:
        return iter(())


@pytest.mark.parametrize("failing", [FailingAssistant(), SilentAssistant()])
def test_an_unexpected_error_is_logged_and_not_shown(
    failing: FakeAssistant, mine: ReaderConversations, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask() -> None:
        async for _ in answer_question(failing, mine, "one", "library?"):
            pass

    asyncio.run(ask())
    (turn,) = mine.turns("one")
    assert (turn.state, turn.failure, turn.details) == (TurnState.FAILED, Failure.OTHER, "")
    assert "the assistant failed" in caplog.text


def test_only_whole_answers_are_history(assistant: FakeAssistant) -> None:
    whole = complete(assistant, "library")
    assert whole.answer is not None
    turns = (whole, replace(whole, state=TurnState.STOPPED), Turn(question="?", state=TurnState.FAILED))
    assert history(turns) == (("library", whole.answer.text),)


@pytest.mark.parametrize("offered", [None, "", "abc", "0" * 31, "g" * 32, "../../../../../../../../etc/passwd"])
def test_an_id_that_could_be_guessed_is_replaced(offered: str | None) -> None:
    given = safe_conversation_id(offered)
    assert given != offered
    assert safe_conversation_id(given) == given


def test_the_reader_is_told_what_can_be_mended() -> None:
    assert failure_of(IndexCorrupt("x")) is Failure.INDEX
    assert failure_of(ChatModelError("x")) is Failure.CHAT_MODEL
    assert failure_of(MasdarError("x")) is Failure.OTHER


# The panel


def test_the_panel_counts_code_points() -> None:
    article = articles()[ARABIC_ID]
    start = article.text.index(ARABIC_QUOTE)
    view = panel_view(article, "ar", start=start, end=start + len(ARABIC_QUOTE))
    assert view.text[start - view.text_start : start - view.text_start + len(ARABIC_QUOTE)] == ARABIC_QUOTE
    assert (view.direction, view.language_name, view.published, view.excerpt) == (
        "rtl",
        "العربية",
        "13 مارس 2020",
        False,
    )


def test_a_very_long_article_is_shown_around_the_span() -> None:
    lines = "\n".join(f"Line {number} of a very long article." for number in range(20_000))
    start = lines.index("Line 10000 ")
    view = panel_view(replace(articles()[ENGLISH_ID], text=lines), "en", start=start, end=start + 10)
    assert view.excerpt
    assert len(view.text) < 200_000
    assert view.text[start - view.text_start :].startswith("Line 10000 ")
    assert view.text.startswith("Line ")


@pytest.mark.parametrize("span", [(5, 5), (-1, 4), (0, 10**9), (3, None), (None, 3)])
def test_a_span_outside_the_article_is_refused(span: tuple[int | None, int | None]) -> None:
    with pytest.raises(ValueError, match=r"span|characters"):
        panel_view(articles()[ENGLISH_ID], "en", start=span[0], end=span[1])


def test_an_unknown_language_and_date_are_left_blank() -> None:
    view = panel_view(replace(articles()[HOSTILE_ID], language="und"), "fr")
    assert (view.language_name, view.published, view.start) == ("", "", None)


@pytest.mark.parametrize("language", STRINGS)
def test_a_date_is_written_in_the_readers_language(language: str) -> None:
    article = replace(articles()[ENGLISH_ID], published=datetime.date(2022, 1, 5))
    assert "2022" in panel_view(article, language).published


# The addresses


@pytest.mark.parametrize("article_id", [ARABIC_ID, ENGLISH_ID, HOSTILE_ID])
def test_an_article_opens_by_its_id_whatever_it_holds(client: TestClient, article_id: str) -> None:
    path = "/".join(quote(part, safe="") for part in article_id.split("/"))
    view = client.get(f"/panel/{path}", params={"start": 1, "end": 5}).json()
    assert (view["article_id"], view["text"]) == (article_id, articles()[article_id].text)
    plain = client.get("/" + view["text_address"])
    assert plain.text == articles()[article_id].text
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "%00", "nope.txt"]
)
def test_a_path_that_is_no_article_opens_nothing(client: TestClient, path: str) -> None:
    for room in ("panel", "text"):
        assert client.get(f"/{room}/{path}").status_code == 404


@pytest.mark.parametrize("span", ["start=4&end=2", "start=4", "start=0&end=99999999"])
def test_a_span_that_is_not_in_the_article_is_a_bad_request(client: TestClient, span: str) -> None:
    assert client.get(f"/panel/{ENGLISH_ID}?{span}").status_code == 400


def test_a_lost_article_is_told_in_the_readers_language(client: TestClient) -> None:
    answer = client.get("/panel/gone.txt?lang=ar")
    assert answer.json() == {"detail": STRINGS["ar"].article_gone}


@pytest.mark.parametrize("path", ["/", "/healthz", "/ui/app.js", f"/text/{ENGLISH_ID}", "/nope", "/gradio_api/info"])
def test_every_response_forbids_other_sites_and_guessing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self' ")
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "headers", "language", "direction"),
    [
        ("/", {"accept-language": "ar-SA,ar;q=0.9"}, "ar", "rtl"),
        ("/", {"accept-language": "fr", "cookie": "masdar_language=he"}, "he", "rtl"),
        ("/?lang=ru", {"accept-language": "fr", "cookie": "masdar_language=he"}, "ru", "ltr"),
        ('/?lang="><script>', {"accept-language": "de", "cookie": 'masdar_language=<x>; ;;="', "x": "y"}, "en", "ltr"),
    ],
)
def test_the_document_is_in_the_readers_language_from_the_first_byte(
    client: TestClient, address: str, headers: dict[str, str], language: str, direction: str
) -> None:
    document = client.get(address, headers=headers).text
    assert f'<html lang="{language}" dir="{direction}"' in document
    assert document.index("ui/app.css") < document.index("window.gradio_config")


def test_the_document_does_not_advertise_another_site(client: TestClient) -> None:
    head = client.get("/").text.split("<script>window.gradio_config")[0]
    assert "twitter" not in head
    assert "githubusercontent" not in head


def test_the_page_has_no_public_endpoint_and_takes_no_files(client: TestClient) -> None:
    info = client.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert client.post("/gradio_api/upload", files={"files": ("x.txt", b"x")}).status_code == 404
    assert client.get("/openapi.json").status_code == 404


def test_health_is_told(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("name", ["app.css", "fonts.css", "app.js"])
def test_our_files_name_no_other_host(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    assert not re.findall(r"(?:https?:)?//[\w-]+\.\w+", text)
    assert "innerHTML" not in text


def test_every_font_is_bundled_with_its_licence(client: TestClient) -> None:
    style = (STATIC / "fonts.css").read_text(encoding="utf-8")
    named = re.findall(r'url\("([^"]+)"\)', style)
    assert len(named) == 4
    assert all(client.get(f"/ui/{name}").status_code == 200 for name in named)
    assert "SIL Open Font License" in (STATIC / "fonts" / "LICENSE.txt").read_text(encoding="utf-8")


def test_a_port_in_use_names_the_setting_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"{port}.*MASDAR_PORT") as caught:
            serve(FakeAssistant(Settings(port=port)))
    assert "\n" not in str(caught.value)


def test_an_address_of_another_machine_names_the_setting_to_change() -> None:
    with pytest.raises(SettingsError, match="MASDAR_HOST"):
        serve(FakeAssistant(Settings(host="203.0.113.7", port=18_471)))


def test_gradio_is_not_imported_before_a_page_is_asked_for() -> None:
    code = "import sys, rag.web, rag.web.strings, rag.web.markup; sys.exit('gradio' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
