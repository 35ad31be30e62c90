"""A question set is read strictly, and every number of an evaluation is the one counted by hand."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from text_fakes import make_article

from rag.citations import cite
from rag.errors import QuestionSetError
from rag.evaluation import Evaluation, Question, Row, contains, evaluate, read_questions
from rag.records import Answer, AnswerStatus, Article

ARTICLES = {
    "plane.txt": make_article("The plane fell. 12 people died.", "plane.txt"),
    "جسر.txt": make_article("افتتح الجسر يوم الخميس.", "جسر.txt"),
}


class ScriptedAssistant:
    """Answers each question with the first sentences of named articles, and notes what it was asked."""

    def __init__(self, script: Mapping[str, Sequence[str]], *, lying: str = "") -> None:
        self.asked: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self._script = script
        self._lying = lying

    def ask(self, question: str, history: tuple[tuple[str, str], ...] = ()) -> Answer:
        self.asked.append((question, history))
        citations = tuple(
            cite(ARTICLES[name], 0, len(ARTICLES[name].text), marker=marker, passage_id="p")
            for marker, name in enumerate(self._script.get(question, ()), start=1)
        )
        if question == self._lying:
            citations = tuple(dataclasses.replace(item, quote="x" * len(item.quote)) for item in citations)
        return Answer(
            question=question,
            status=AnswerStatus.ANSWERED if citations else AnswerStatus.UNANSWERABLE,
            text=" ".join(f"{item.quote} [{item.marker}]" for item in citations) or "no",
            short_answer="",
            language="en",
            citations=citations,
            hits=(),
            confidence=0.75,
            unknown_markers=(),
            timings_ms={},
        )

    def article(self, article_id: str) -> Article:
        return ARTICLES[article_id]


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


def test_earlier_turns_are_asked_first_and_become_the_history() -> None:
    assistant = ScriptedAssistant({"one": ["plane.txt"]})
    evaluate(assistant, [question("one", "two", "three")])
    first = ("one", "The plane fell. 12 people died. [1]")
    assert assistant.asked == [("one", ()), ("two", (first,)), ("three", (first, ("two", "no")))]


@pytest.fixture
def evaluation() -> Evaluation:
    script = {
        "right": ["plane.txt"],
        "second": ["جسر.txt", "plane.txt"],
        "no fact": ["plane.txt"],
        "should be silent": ["plane.txt"],
        "متى؟": ["جسر.txt"],
    }
    return evaluate(
        ScriptedAssistant(script, lying="no fact"),
        [
            question("right", articles=["other.txt", "plane.txt"], answers=["13", "١٢"]),
            question("second", articles=["plane.txt"], answers=["fell"]),
            question("no fact", articles=["plane.txt"], answers=["train"]),
            question("wrongly refused", articles=["plane.txt"], answers=["12"]),
            question("should be silent"),
            question("silent"),
            question("متى؟", articles=["جسر.txt"], answers=["الخَمِيس"], language="ar"),
        ],
    )


def test_each_row_says_what_came_of_its_question(evaluation: Evaluation) -> None:
    def outcome(row: Row) -> tuple[bool, bool, bool, int]:
        return row.answered, row.right_article_first, row.fact_in_answer, row.failed_citations

    assert [outcome(row) for row in evaluation.rows] == [
        (True, True, True, 0),
        (True, False, True, 0),
        (True, True, False, 1),
        (False, False, False, 0),
        (True, False, False, 0),
        (False, False, False, 0),
        (True, True, True, 0),
    ]
    assert evaluation.rows[1].cited == ("جسر.txt", "plane.txt")
    assert {row.confidence for row in evaluation.rows} == {0.75}
    assert all(row.latency_ms > 0 for row in evaluation.rows)


def test_the_table_counts_every_question_also_those_wrongly_refused(evaluation: Evaluation) -> None:
    rows = tuple(dataclasses.replace(row, latency_ms=10.0 * at) for at, row in enumerate(evaluation.rows, start=1))
    head, rule, *lines = Evaluation(rows=rows).table().splitlines()
    assert head.count("|") == rule.count("|") == 10
    assert lines == [
        "| ar | 1 | 100.0 % | 100.0 % | 100.0 % | 0 | – | 0 | 70 |",
        "| en | 4 | 75.0 % | 50.0 % | 50.0 % | 2 | 50.0 % | 1 | 35 |",
        "| all | 5 | 80.0 % | 60.0 % | 60.0 % | 2 | 50.0 % | 1 | 40 |",
    ]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("قُتل ٣٣ جنديًّا تركيًا", "33 جنديا"), ("وفي سوتشي", "سوتشي"), ("Дело — в Сочи!", "в сочи"),
        ("the plane, fell", "Plane fell"), ("بلغ 4.5 مليون", "٤٫٥"), ("في 12/3/2018", "12/3/2018"),
        ("ו33 חיילים", "33"),
    ],
)  # fmt: skip
def test_a_fact_is_found_whatever_its_spelling(text: str, fact: str) -> None:
    assert contains(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("in 2018 fell", "fell in 2018"), ("15 died", "5"), ("15 died", "1"), ("12,000 fled", "12"),
        ("4.5 million", "5"),
        ("the plane", "planes"), ("anything", ""), ("anything", "؟!"), ("", "x"),
    ],
)  # fmt: skip
def test_a_fact_out_of_order_or_within_a_figure_is_not_found(text: str, fact: str) -> None:
    assert not contains(text, fact)
