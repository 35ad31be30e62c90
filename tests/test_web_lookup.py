"""The lookup tab: exact places, altered words set side by side, links, and a clear no."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from small_corpus import ARABIC_NAME, ARABIC_SENTENCE, ENGLISH_NAME, ENGLISH_SENTENCE, HOSTILE_SENTENCE, small_assistant
from starlette.testclient import TestClient

from rag.assistant import Assistant
from rag.records import Alteration, to_json
from rag.web import create_app
from rag.web.found_places import FoundPlace, named_in_link
from rag.web.lookup_view import pieces
from rag.web.references import permanent_link


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with small_assistant(tmp_path_factory.mktemp("lookup")) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_app(assistant))


def look_up(client: TestClient, text: str, language: str = "en") -> Any:
    answer = client.post("/page/lookup", json={"text": text, "lang": language})
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(place: Any, *kinds: str) -> str:
    return "".join(piece["text"] for piece in place["pieces"] if piece["kind"] in kinds)


@pytest.mark.parametrize("sentence", [ARABIC_SENTENCE, ENGLISH_SENTENCE, HOSTILE_SENTENCE])
def test_an_exact_quotation_is_one_piece_at_its_very_place(
    client: TestClient, assistant: Assistant, sentence: str
) -> None:
    view = look_up(client, f"  {sentence} ")
    (place,) = view["places"]
    article_id, start, end = place["value"].rsplit(":", 2)
    assert view["kind"] == "exact"
    assert assistant.article(article_id).text[int(start) : int(end)] == place["quote"]
    assert place["quote"].rstrip(".") == sentence.rstrip(".")
    assert place["pieces"] == [{"kind": "same", "text": place["quote"]}]


def test_altered_words_stand_beside_those_of_the_article(client: TestClient) -> None:
    view = look_up(client, ENGLISH_SENTENCE.replace("two years", "seven long years"))
    (place,) = view["places"]
    assert (view["kind"], place["article_id"], place["published"]) == ("altered", ENGLISH_NAME, "March 3, 2020")
    assert [piece["text"] for piece in place["pieces"] if piece["kind"] != "same"] == ["seven long", "two"]
    assert read(place, "same", "quoted") == place["quote"]
    assert "seven long years" not in place["quote"]


def test_facts_are_in_the_readers_language(client: TestClient) -> None:
    (place,) = look_up(client, ARABIC_SENTENCE, "ar")["places"]
    assert (place["published"], place["language_name"], place["direction"]) == ("2 مايو 2024", "العربية", "rtl")
    assert place["lines"] == "السطر 5"


def test_what_occurs_nowhere_is_told_as_such(client: TestClient) -> None:
    assert look_up(client, "The mayor of Elsewhere resigned over a quarrel about swans.") == {
        "kind": "nowhere",
        "places": [],
    }


def test_an_id_a_place_and_a_link_open_what_they_name(client: TestClient, assistant: Assistant) -> None:
    text = assistant.article(ARABIC_NAME).text
    start = text.index(ARABIC_SENTENCE)
    end = start + len(ARABIC_SENTENCE)
    link = f"http://127.0.0.1:7860/{permanent_link(ARABIC_NAME, start, end)}"
    for asked in (f"{ARABIC_NAME}#{start}-{end}", link, f"{link}&lang=ar"):
        view = look_up(client, asked)
        assert (view["kind"], [place["quote"] for place in view["places"]]) == ("named", [ARABIC_SENTENCE]), asked
    assert look_up(client, ARABIC_NAME)["kind"] == "named"
    assert look_up(client, "https://news.example/?cite=gone.txt:1-5")["kind"] == "nowhere"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("?cite=a/b.txt:3-9", "a/b.txt#3-9"),
        ("?cite=a%20b:c.txt:3:9", "a b:c.txt#3-9"),
        ("?cite=a.txt", ""),
        ("he wrote ?cite=a.txt:1-2 there", ""),
        ("http://[?cite=a.txt:1-2", ""),
        ("", ""),
    ],
)
def test_only_a_whole_link_to_a_place_names_one(text: str, named: str) -> None:
    assert named_in_link(text) == named


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 20_001}, {}, {"text": 3}])
def test_what_is_no_quotation_is_refused_in_one_line(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/page/lookup", json=body)
    assert (answer.status_code, len(answer.json()["detail"].splitlines())) == (422, 1)


def test_programs_get_the_alterations_too(client: TestClient, assistant: Assistant) -> None:
    text = ENGLISH_SENTENCE.replace("old", "new")
    (found,) = client.post("/api/lookup", json={"text": text}).json()
    (citation,) = assistant.lookup(text)
    assert found == {
        **json.loads(to_json(citation)),
        "alterations": [{"asked": "new", "quoted": "old", "asked_span": [27, 30], "quoted_span": [27, 30]}],
    }


def place_of(quote: str, *alterations: Alteration) -> FoundPlace:
    return FoundPlace(
        marker=1,
        passage_id="p",
        article_id="a",
        title="",
        start=0,
        end=len(quote),
        start_line=1,
        end_line=1,
        quote=quote,
        alterations=alterations,
    )


def test_words_that_only_one_side_has_stand_where_they_would() -> None:
    left_out = Alteration(asked="", quoted="old ", asked_span=(3, 3), quoted_span=(4, 8))
    put_in = Alteration(asked="red", quoted="", asked_span=(9, 12), quoted_span=(12, 12))
    cut = [(piece.kind, piece.text) for piece in pieces(place_of("the old dock stood", left_out, put_in))]
    assert cut == [("same", "the "), ("quoted", "old "), ("same", "dock"), ("asked", "red"), ("same", " stood")]
