"""Exported and shared conversations say what was said, number their sources, and run nothing."""

import dataclasses
import html
import re
import string
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from kept_conversations import keep
from markdown_it import MarkdownIt
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_QUOTE, HOSTILE_ID, HOSTILE_QUOTE, FakeAssistant

from rag.records import AnswerStatus
from rag.web import create_app
from rag.web.chat import Turn, TurnState
from rag.web.conversations import ReaderConversations
from rag.web.document_strings import DOCUMENT_STRINGS
from rag.web.strings import STRINGS
from rag.web.transcript import transcript
from rag.web.transcript_html import to_html
from rag.web.transcript_markdown import to_markdown
from rag.web.wording import date

HOSTILE_TITLE = "# <script>alert(1)</script> ![x](https://evil.example/a.png) ${x} {{y}} 1. | https://evil.example"


def turns(assistant: FakeAssistant, *questions: str) -> list[Turn]:
    return [Turn(question=each, answer=assistant.answer(each), state=TurnState.COMPLETE) for each in questions]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


class Elements(HTMLParser):
    """The elements of a document, what they are told, and the text between them."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_quotations_are_numbered_through_the_whole_conversation_and_each_source_is_named_once(
    assistant: FakeAssistant,
) -> None:
    written = transcript("t", turns(assistant, "library?", "الجسر؟", "library again?"), "en")
    numbers = [
        [number for paragraph in turn.paragraphs for _, number in paragraph if number is not None]
        for turn in written.turns
    ]
    assert numbers == [[1], [2, 3], [1]]
    assert [source.quote for source in written.sources][:2] == [ENGLISH_QUOTE, ARABIC_QUOTE]
    assert len(written.sources) == 3


def test_a_short_answer_and_what_the_sources_differ_on_are_in_both_documents(assistant: FakeAssistant) -> None:
    written = transcript("t", turns(assistant, "library?", "do they differ?"), "en")
    title = STRINGS["en"].differ_number
    page = to_html(written, "en", "made")
    assert '<p class="brief" dir="ltr"><strong>18,200 books</strong></p>' in page
    said = "".join(Elements(page).text).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{title}: 18,200 [1] · 4.5 [2][3]" in said
    text = to_markdown(written, "en", "made")
    assert "\n\n**18,200 books**\n\n" in text
    assert f"{title}: **18,200** [1] · **4\\.5** [2][3]" in text


def test_own_words_run_as_their_language_does_whatever_titles_they_name(assistant: FakeAssistant) -> None:
    [turn] = turns(assistant, "من؟")
    assert turn.answer is not None
    title = "A long English title that has many more letters than the words around it"
    named = replace(turn, answer=replace(turn.answer, text=f"لا تجيب المقالات. أقربها: «{title}»"))
    page = to_html(transcript("t", [named], "en"), "en", "made")
    assert f'<p dir="rtl">لا تجيب المقالات. أقربها: «<bdi>{title}</bdi>»</p>' in page


def test_dates_of_sources_are_written_as_the_reader_writes_them(assistant: FakeAssistant) -> None:
    written = transcript("t", turns(assistant, "الجسر؟"), "ar")
    [published] = {source.published for source in written.sources}
    assert published is not None
    for document in (to_html(written, "ar", "made"), to_markdown(written, "ar", "made")):
        assert date(published, "ar") in document
        assert published.isoformat() not in document


def test_a_bracket_within_a_quotation_is_not_a_source(assistant: FakeAssistant) -> None:
    written = transcript("t", turns(assistant, "الجسر؟"), "ar")
    literal = "".join(text for paragraph in written.turns[0].paragraphs for text, number in paragraph if number is None)
    assert "[3]" in literal


def test_what_failed_was_stopped_or_was_unclear_says_so(assistant: FakeAssistant) -> None:
    unclear = replace(assistant.answer("?"), status=AnswerStatus.UNCLEAR, suggestions=("<b>this?</b>", "أم هذا؟"))
    said = [
        Turn(question="a", state=TurnState.FAILED, details="a path"),
        Turn(question="b", answer=replace(assistant.answer("library"), text="The harbour [1"), state=TurnState.STOPPED),
        Turn(question="c", answer=unclear, state=TurnState.COMPLETE),
    ]
    written = transcript("t", said, "en")
    assert [turn.status for turn in written.turns] == ["failed", "stopped", "unclear"]
    for document in (to_html(written, "en", "made"), to_markdown(written, "en", "made")):
        assert STRINGS["en"].failed in document
        assert STRINGS["en"].stopped in document
        assert "a path" not in document
        assert "[1" not in document.split(STRINGS["en"].stopped)[0].split("The harbour")[1]
    assert written.turns[2].suggestions == ("<b>this?</b>", "أم هذا؟")
    assert "&lt;b&gt;this?" in to_html(written, "en", "made")


def hostile(assistant: FakeAssistant) -> list[Turn]:
    said = turns(assistant, "hostile?")
    return [replace(said[0], question=HOSTILE_TITLE)]


def test_hostile_text_is_only_text_in_html(assistant: FakeAssistant) -> None:
    document = to_html(transcript(HOSTILE_TITLE, hostile(assistant), "en"), "en", "made", page="../")
    found = Elements(document)
    assert not {"script", "img", "form", "input", "iframe", "b"} & set(found.names)
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    targets = [value or "" for name, value in found.attributes if name in {"href", "src", "action"}]
    assert targets
    assert all(target.startswith(("#", "../?cite=")) for target in targets)
    assert HOSTILE_QUOTE in "".join(found.text)
    assert "default-src 'none'" in document
    assert "script-src" not in document


def markdown_tokens(document: str) -> Sequence[str]:
    inline = [token.children or [] for token in MarkdownIt("gfm-like", {"linkify": False}).parse(document)]
    return [token.type for children in inline for token in children]


def test_hostile_text_is_only_text_in_markdown(assistant: FakeAssistant) -> None:
    document = to_markdown(transcript(HOSTILE_TITLE, hostile(assistant), "en"), "en", "made")
    assert not {"html_inline", "image", "link_open", "code_inline"} & set(markdown_tokens(document))
    blocks = [token for token in MarkdownIt("commonmark").parse(document) if token.type != "inline"]
    assert not [block for block in blocks if block.type in {"html_block", "fence", "code_block", "table_open"}]
    assert [block.tag for block in blocks if block.type == "heading_open"] == ["h1", "h2", "h2"]
    rendered = html.unescape(re.sub("<[^>]*>", "", MarkdownIt("commonmark").render(document)))
    for text in (HOSTILE_TITLE, HOSTILE_QUOTE):
        assert " ".join(text.split()) in " ".join(rendered.split())
    assert "://" not in document.replace("\\://", "")


@pytest.mark.parametrize("text", ["1. one", "- one", "+ one", "= =", "12) x", "    code", "> x", "a\n\n# b", "---"])
def test_no_line_of_text_begins_a_list_a_heading_or_a_rule(assistant: FakeAssistant, text: str) -> None:
    answer = replace(assistant.answer("?"), text=text, citations=())
    said = [Turn(question="q", answer=answer, state=TurnState.COMPLETE)]
    document = to_markdown(transcript("t", said, "en"), "en", "made")
    blocks = [token.type for token in MarkdownIt("commonmark").parse(document) if token.type.endswith("_open")]
    assert set(blocks) == {"heading_open", "paragraph_open"}


@pytest.mark.parametrize("language", STRINGS)
def test_every_language_has_every_word_with_the_same_blanks_and_none_is_left_in_english(language: str) -> None:
    ours, english = dataclasses.asdict(DOCUMENT_STRINGS[language]), dataclasses.asdict(DOCUMENT_STRINGS["en"])
    assert ours.keys() == english.keys()
    for name, text in ours.items():
        assert text.strip()
        assert language == "en" or text != english[name]
        assert {blank for _, blank, _, _ in string.Formatter().parse(text)} == {
            blank for _, blank, _, _ in string.Formatter().parse(english[name])
        }


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he", "rtl"), ("ru", "ltr")])
def test_a_document_is_in_the_readers_language_and_each_text_in_its_own_direction(
    assistant: FakeAssistant, language: str, direction: str
) -> None:
    document = to_html(transcript("t", turns(assistant, "library?", "الجسر؟"), language), language, "made")
    assert f'<html lang="{language}" dir="{direction}">' in document
    assert f'<p dir="ltr">{html.escape(ENGLISH_QUOTE)}' in document
    assert f'<p dir="rtl">{html.escape(ARABIC_QUOTE)}' in document
    assert f">{STRINGS[language].sources}</h2>" in document


# Over HTTP


@pytest.fixture
def client(assistant: FakeAssistant) -> TestClient:
    return TestClient(create_app(assistant))


@pytest.fixture(scope="module")
def reading_client() -> TestClient:
    """For requests that change nothing: an application takes a second to make."""
    return TestClient(create_app(FakeAssistant()))


@pytest.fixture
def mine(assistant: FakeAssistant, client: TestClient) -> ReaderConversations:
    return keep(assistant, client, "الجسر؟", "hostile?")


@pytest.mark.usefixtures("mine")
def test_a_conversation_is_exported_as_markdown_html_and_to_print(client: TestClient) -> None:
    markdown = client.get("/conversations/one/export", params={"lang": "ar"})
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "filename*=UTF-8''%D8%A7%D9%84%D8%AC%D8%B3%D8%B1.md" in markdown.headers["content-disposition"]
    assert f"## {STRINGS['ar'].sources}\n\n1. **" in markdown.text
    page = client.get("/conversations/one/export", params={"format": "html"})
    assert page.headers["content-disposition"].startswith("attachment")
    assert 'id="source-3"' in page.text
    printed = client.get("/conversations/one/export", params={"format": "print"})
    assert "content-disposition" not in printed.headers
    assert "print()" in printed.text
    assert "@media print" in printed.text
    assert "print()" not in page.text
    assert client.get("/conversations/one/export", params={"format": "docx"}).status_code == 422
    assert TestClient(client.app).get("/conversations/one/export").status_code == 404


def test_a_file_name_is_only_letters_and_digits(client: TestClient, mine: ReaderConversations) -> None:
    mine.rename("one", '../"a;b\\ <é> 🎉')
    named = client.get("/conversations/one/export").headers["content-disposition"]
    assert named == "attachment; filename=\"masdar.md\"; filename*=UTF-8''a%20b%20%C3%A9.md"


def test_a_shared_link_is_read_by_anyone_changes_nothing_and_ends_when_revoked(
    client: TestClient, mine: ReaderConversations
) -> None:
    mine.rename("one", HOSTILE_TITLE)
    address = "/" + client.post("/conversations/one/share").json()["address"]
    stranger = TestClient(client.app)
    page = stranger.get(address, params={"lang": "fr"})
    assert page.status_code == 200
    assert '<html lang="fr" dir="ltr">' in page.text
    found = Elements(page.text)
    assert not {"script", "img", "form", "button", "input"} & set(found.names)
    assert HOSTILE_QUOTE in "".join(found.text)
    assert ARABIC_QUOTE in "".join(found.text)
    links = [value for name, value in found.attributes if name == "href" and value and value.startswith("../")]
    assert len(links) == 3
    assert page.headers["x-robots-tag"] == "noindex"
    assert stranger.get("/conversations").json() == []
    for method in ("POST", "PATCH", "DELETE", "PUT"):
        assert stranger.request(method, address).status_code == 405
    client.delete("/conversations/one/share")
    gone = stranger.get(address, headers={"accept-language": "ar"})
    assert gone.status_code == 404
    assert DOCUMENT_STRINGS["ar"].not_shared in gone.text
    assert HOSTILE_QUOTE not in gone.text


@pytest.mark.parametrize("share_id", ["%00", "..%2f..%2fone", "x" * 101, "'", "one"])
def test_a_share_id_that_was_never_given_opens_nothing(reading_client: TestClient, share_id: str) -> None:
    answer = reading_client.get(f"/shared/{share_id}")
    assert answer.status_code in {404, 422}
    assert ARABIC_QUOTE not in answer.text


@pytest.mark.usefixtures("mine")
def test_a_shared_source_links_to_its_place_in_the_page(client: TestClient, assistant: FakeAssistant) -> None:
    address = "/" + client.post("/conversations/one/share").json()["address"]
    links = re.findall(r'href="\.\./\?cite=([^"]+)"', client.get(address).text)
    citation = assistant.citation(1, ARABIC_ID, ARABIC_QUOTE)
    wanted = f"{ARABIC_ID}:{citation.start}-{citation.end}"
    assert TestClient(client.app).get(f"/healthz?cite={links[0]}").request.url.params["cite"] == wanted
    assert any(HOSTILE_ID.split("/", maxsplit=1)[0] in link for link in links)
