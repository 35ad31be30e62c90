"""The records cannot be changed, cannot hold a span that lies, and are written as JSON without loss."""

import dataclasses
import datetime
import inspect
import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT, make_article, passage_of

from rag import records
from rag.records import Answer, AnswerStatus, BuildReport, Citation, Disagreement, Duplicate, Hit, Passage, to_json

RECORDS = [value for value in vars(records).values() if inspect.isclass(value) and dataclasses.is_dataclass(value)]
ARTICLE = dataclasses.replace(make_article("نص\nтекст", title="عنوان"), published=datetime.date(2020, 2, 29))
PASSAGE = passage_of(ARTICLE)
CITATION = Citation(
    marker=1, passage_id="p", article_id="a.txt", title="T", start=3, end=8, start_line=2, end_line=2, quote="текст",
    span=(4, 7),
)  # fmt: skip
HIT = Hit(passage=PASSAGE, score=1.5, rank=1, parts=MappingProxyType({"cosine": 0.5}))
ANSWER = Answer(
    question="؟", status=AnswerStatus.ANSWERED, text="текст [1]", short_answer="", language="ar", citations=(CITATION,),
    hits=(HIT,), confidence=0.75, unknown_markers=("[9]",), dropped_sentences=("x",),
    disagreements=(Disagreement(kind="number", markers=(1, 2), values=("2", "3")),),
    timings_ms=MappingProxyType({"total": 1.25}),
)  # fmt: skip
REPORT = BuildReport(
    articles=1, passages=2, added=1, changed=0, removed=0, unchanged=0, skipped=(("b.bin", "not text"),), seconds=0.5,
    furniture_lines=3, duplicates=(Duplicate(article_id="b", duplicate_of="a", similarity=1.0),), encoded_passages=2,
)  # fmt: skip


@pytest.mark.parametrize("record", RECORDS)
def test_every_record_is_frozen_slotted_and_built_by_name_alone(record: Any) -> None:
    assert record.__dataclass_params__.frozen
    assert set(record.__slots__) == {field.name for field in dataclasses.fields(record)}
    kinds = {parameter.kind for parameter in inspect.signature(record).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("record", RECORDS)
def test_no_id_may_be_left_out_or_be_none(record: Any) -> None:
    for field in dataclasses.fields(record):
        if field.name.endswith("_id") or field.name in {"start", "end", "marker", "rank", "status"}:
            assert field.default is field.default_factory is dataclasses.MISSING
            assert "None" not in str(field.type)


@pytest.mark.parametrize("record", [ARTICLE, PASSAGE, CITATION, HIT, ANSWER, REPORT])
def test_a_field_cannot_be_set_again(record: Any) -> None:
    name = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, getattr(record, name))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
@pytest.mark.parametrize("record", [PASSAGE, CITATION])
def test_an_empty_or_negative_span_is_refused(record: Passage | Citation, start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"{start}..{end}"):
        dataclasses.replace(record, start=start, end=end)


@pytest.mark.parametrize("span", [(2, 5), (5, 9), (5, 5)])
def test_an_answer_span_outside_its_quotation_or_empty_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="is not within"):
        dataclasses.replace(CITATION, span=span)


@pytest.mark.parametrize("end", [7, 9])
def test_a_text_of_another_length_than_its_span_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="passage"):
        dataclasses.replace(PASSAGE, end=end)
    with pytest.raises(ValueError, match="citation"):
        dataclasses.replace(CITATION, end=end)


def test_an_answer_as_json_reads_back_to_the_same_values() -> None:
    assert json.loads(to_json(ANSWER)) == {
        "question": "؟",
        "status": "answered",
        "text": "текст [1]",
        "short_answer": "",
        "language": "ar",
        "citations": [
            {
                "marker": 1, "passage_id": "p", "article_id": "a.txt", "title": "T", "start": 3, "end": 8,
                "start_line": 2, "end_line": 2, "quote": "текст", "language": "und", "published": None,
                "span": [4, 7],
            }
        ],
        "hits": [
            {
                "passage": {
                    "passage_id": "a.txt#0-8", "article_id": "a.txt", "title": "عنوان", "language": "en", "start": 0,
                    "end": 8, "start_line": 1, "end_line": 1, "text": "نص\nтекст",
                },
                "score": 1.5, "rank": 1, "parts": {"cosine": 0.5}, "also_in": [],
            }
        ],
        "confidence": 0.75,
        "unknown_markers": ["[9]"],
        "dropped_sentences": ["x"],
        "timings_ms": {"total": 1.25},
        "understood_as": "",
        "suggestions": [],
        "disagreements": [{"kind": "number", "markers": [1, 2], "values": ["2", "3"]}],
        "filters": {"languages": [], "articles": [], "since": None, "until": None},
            "form": "fact",
    }  # fmt: skip


def test_a_report_and_its_tuples_and_dates_are_written_too() -> None:
    report = json.loads(to_json(REPORT))
    assert report["skipped"] == [["b.bin", "not text"]]
    assert report["duplicates"] == [{"article_id": "b", "duplicate_of": "a", "similarity": 1.0}]
    assert json.loads(to_json((ARTICLE,)))[0]["published"] == "2020-02-29"


def test_text_is_written_as_it_is_read_by_people() -> None:
    assert "عنوان" in to_json(ARTICLE)
    assert "\\u" not in to_json(ARTICLE)
    assert to_json(ARTICLE, indent=1).count("\n") > to_json(ARTICLE).count("\n")


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_survives_json(text: str, title: str) -> None:
    article = make_article(text, title=title)
    assert json.loads(to_json(article)) == {**dataclasses.asdict(article), "published": None}


@given(ANY_TEXT.filter(bool), st.integers(1, 9))
def test_any_citation_survives_json(quote: str, marker: int) -> None:
    citation = dataclasses.replace(CITATION, marker=marker, start=0, end=len(quote), quote=quote, span=None)
    assert Citation(**json.loads(to_json(citation))) == citation


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", Answer])
def test_what_is_no_record_is_not_written(value: Any) -> None:
    with pytest.raises(TypeError, match="as JSON"):
        to_json(value)
