"""A question set is read strictly, whether it is of our own form or of SQuAD's, which brings its articles."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.articles import find_files, read_file
from rag.errors import QuestionSetError
from rag.question_sets import Question, read_question_set, read_questions


def question(*turns: str, articles: Sequence[str] = (), answers: Sequence[str] = (), language: str = "en") -> Question:
    return Question(turns=turns, language=language, articles=tuple(articles), answers=tuple(answers))


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "questions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


GOOD = {"turns": ["من؟", "متى؟"], "lang": "ar", "articles": ["a", "b"], "answers": ["12"]}


def test_a_question_set_is_read_as_it_is_written(tmp_path: Path) -> None:
    single = {"turns": ["Who?"], "lang": "en", "article": "a.txt", "answers": []}
    silent = {"turns": ["Why?"], "lang": "en", "articles": None, "answers": []}
    found = read_questions(written(tmp_path, GOOD, "", single, silent, {**single, "article": None}))
    assert found == (
        question("من؟", "متى؟", articles=["a", "b"], answers=["12"], language="ar"),
        question("Who?", articles=["a.txt"]),
        question("Why?"),
        question("Who?"),
    )
    assert [item.is_answerable for item in found] == [True, True, False, False]


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\u2029"])
def test_a_question_may_hold_what_other_tools_take_for_a_line_end(tmp_path: Path, separator: str) -> None:
    [found] = read_questions(written(tmp_path, {**GOOD, "turns": [f"one{separator}two"]}))
    assert found.turns == (f"one{separator}two",)


@pytest.mark.parametrize(
    "line",
    [
        "not json", "[]", "3", "null", '{"turns": ["x"]', {"turns": []}, {**GOOD, "turns": []},
        {**GOOD, "turns": "من؟"},
        {**GOOD, "turns": None}, {**GOOD, "answers": "12"}, {**GOOD, "answers": None}, {**GOOD, "articles": "a.txt"},
        {name: value for name, value in GOOD.items() if name != "lang"},
        {name: value for name, value in GOOD.items() if name != "answers"},
        {name: value for name, value in GOOD.items() if name != "articles"},
    ],
)  # fmt: skip
def test_a_line_that_is_no_question_is_named_by_its_number(tmp_path: Path, line: object) -> None:
    path = written(tmp_path, GOOD, "", line, GOOD)
    with pytest.raises(QuestionSetError, match="line 3") as caught:
        read_questions(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\xff"])
def test_a_file_without_questions_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionSetError, match=r"questions\.jsonl"):
        read_questions(path)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"none\.jsonl"):
        read_questions(tmp_path / "none.jsonl")


PARAGRAPH = "The bridge was opened in 1907.\nIt crosses the Ortan."
SQUAD = {
    "version": "1.1",
    "data": [
        {
            "title": 'Bridge: the "old" one',
            "paragraphs": [
                {
                    "context": PARAGRAPH,
                    "qas": [
                        {"id": "1", "question": "When was it opened?", "answers": [{"text": "1907", "answer_start": 25},
                                                                                {"text": "in 1907"}, {"text": "1907"}]},
                        {"id": "2", "question": "Who opened it?", "answers": [], "is_impossible": True},
                    ],
                },
            ],
        },
        {"paragraphs": [{"context": "جسر آخر.", "qas": [{"question": "ما هذا؟", "answers": [{"text": "جسر"}]}]}]},
        {"paragraphs": [{"context": PARAGRAPH, "qas": [{"question": "What river?", "answers": [{"text": "Ortan"}]}]}]},
    ],
}  # fmt: skip


def test_a_set_in_squads_form_brings_every_paragraph_as_an_article(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(SQUAD, indent=1), encoding="utf-8")
    found = read_question_set(path)
    assert [(item.turns[0], item.language, item.articles, item.answers, item.asked_of) for item in found.questions] == [
        ("When was it opened?", "en", ("00001.txt",), ("1907", "in 1907"), "00001.txt"),
        ("Who opened it?", "en", (), (), "00001.txt"),
        ("ما هذا؟", "ar", ("00002.txt",), ("جسر",), "00002.txt"),
        ("What river?", "en", ("00001.txt",), ("Ortan",), "00001.txt"),
    ]
    found.write_articles(tmp_path / "new" / "articles")
    files, skipped = find_files(tmp_path / "new" / "articles")
    assert not skipped
    [bridge], [other] = (read_file(file, max_megabytes=1).articles for file in files)
    assert (bridge.title, bridge.text.strip()) == ('Bridge: the "old" one', PARAGRAPH)
    assert (other.title, other.text.strip()) == ("جسر آخر", "جسر آخر.")


def test_lines_of_our_own_bring_no_articles(tmp_path: Path) -> None:
    assert read_question_set(written(tmp_path, GOOD)).articles == {}


@pytest.mark.parametrize(
    "data",
    [
        [{"paragraphs": [{"context": "x", "qas": [{"question": "y"}]}]}], [{"paragraphs": [{"qas": []}]}], [{}], [3], 3,
        [{"paragraphs": [{"context": "x", "qas": [{"question": "y", "answers": ["z"]}]}]}],
    ],
)  # fmt: skip
def test_a_file_that_is_not_quite_in_squads_form_is_refused_by_name(tmp_path: Path, data: object) -> None:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"squad\.json, question 1: not in SQuAD's form"):
        read_question_set(path)


def test_a_set_in_squads_form_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    path.write_text('{"data": []}', encoding="utf-8")
    with pytest.raises(QuestionSetError, match="holds no questions"):
        read_question_set(path)
