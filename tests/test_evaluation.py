"""What came of every question is told, and every figure of an evaluation is the one counted by hand."""

import dataclasses
from collections.abc import Mapping, Sequence

import pytest
from text_fakes import make_article

from rag.citations import cite
from rag.evaluation import Evaluation, Row, evaluate
from rag.evaluation_tables import failures, tables
from rag.question_sets import Question
from rag.records import Answer, AnswerStatus, Article, Filters

ARTICLES = {
    "plane.txt": make_article("The plane fell. 12 people died.", "plane.txt"),
    "جسر.txt": make_article("افتتح الجسر يوم الخميس.", "جسر.txt"),
}


class ScriptedAssistant:
    """Answers each question with whole named articles, and notes what it was asked; of "unclear" it asks back."""

    def __init__(
        self, script: Mapping[str, Sequence[str]], *, lying: str = "", short: Mapping[str, str] | None = None
    ) -> None:
        self.asked: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.filters: list[Filters | None] = []
        self._script = script
        self._lying = lying
        self._short = short or {}

    def ask(
        self, question: str, history: tuple[tuple[str, str], ...] = (), *, filters: Filters | None = None
    ) -> Answer:
        self.asked.append((question, history))
        self.filters.append(filters)
        citations = tuple(
            cite(ARTICLES[name], 0, len(ARTICLES[name].text), marker=marker, passage_id="p")
            for marker, name in enumerate(self._script.get(question, ()), start=1)
        )
        if question == self._lying:
            citations = tuple(dataclasses.replace(item, quote="x" * len(item.quote)) for item in citations)
        status = AnswerStatus.ANSWERED if citations else AnswerStatus.UNANSWERABLE
        return Answer(
            question=question,
            status=AnswerStatus.UNCLEAR if question == "unclear" else status,
            text=" ".join(f"{item.quote} [{item.marker}]" for item in citations) or "no",
            short_answer=self._short.get(question, ""),
            language="en",
            citations=citations,
            hits=(),
            confidence=0.75 if citations else 0.05,
            unknown_markers=(),
            timings_ms={},
        )

    def article(self, article_id: str) -> Article:
        return ARTICLES[article_id]


def question(*turns: str, articles: Sequence[str] = (), answers: Sequence[str] = (), language: str = "en") -> Question:
    return Question(turns=turns, language=language, articles=tuple(articles), answers=tuple(answers))


def test_earlier_turns_are_asked_first_and_become_the_history() -> None:
    assistant = ScriptedAssistant({"one": ["plane.txt"]})
    evaluate(assistant, [question("one", "two", "three")])
    first = ("one", "The plane fell. 12 people died. [1]")
    assert assistant.asked == [("one", ()), ("two", (first,)), ("three", (first, ("two", "no")))]


def test_given_the_passage_only_the_articles_that_answer_are_asked() -> None:
    assistant = ScriptedAssistant({})
    questions = [
        question("one", "two", articles=["plane.txt", "جسر.txt"]),
        dataclasses.replace(question("false premise"), asked_of="plane.txt"),
        question("off topic"),
    ]
    evaluate(assistant, questions, passage_given=True)
    both, plane = Filters(articles=("plane.txt", "جسر.txt")), Filters(articles=("plane.txt",))
    assert assistant.filters == [both, both, plane, None]
    assistant.filters.clear()
    evaluate(assistant, questions)
    assert assistant.filters == [None] * 4


@pytest.fixture
def evaluation() -> Evaluation:
    script = {
        "right": ["plane.txt"],
        "second": ["جسر.txt", "plane.txt"],
        "no fact": ["plane.txt"],
        "lie": ["plane.txt"],
        "should be silent": ["plane.txt"],
        "متى؟": ["جسر.txt"],
    }
    return evaluate(
        ScriptedAssistant(script, lying="lie", short={"right": "12 people", "متى؟": "الخميس"}),
        [
            question("right", articles=["other.txt", "plane.txt"], answers=["13", "١٢"]),
            question("first", "second", articles=["plane.txt"], answers=["fell"]),
            question("no fact", articles=["plane.txt"], answers=["train"]),
            question("lie", articles=["plane.txt"], answers=["fell"]),
            question("wrongly refused", articles=["plane.txt"], answers=["12"]),
            question("unclear", articles=["plane.txt"], answers=["12"]),
            question("should be silent"),
            question("silent"),
            question("متى؟", articles=["جسر.txt"], answers=["الخَمِيس"], language="ar"),
        ],
    )


def test_each_row_says_what_came_of_its_question(evaluation: Evaluation) -> None:
    def outcome(row: Row) -> tuple[bool, bool, bool, bool, int]:
        return row.answered, row.right_article_first, row.fact_in_answer, row.answer_sentence, row.failed_citations

    assert [outcome(row) for row in evaluation.rows] == [
        (True, True, True, True, 0),
        (True, False, True, False, 0),
        (True, True, False, False, 0),
        (True, True, False, False, 1),
        (False, False, False, False, 0),
        (False, False, False, False, 0),
        (True, False, False, False, 0),
        (False, False, False, False, 0),
        (True, True, True, True, 0),
    ]
    assert evaluation.rows[1].cited == ("جسر.txt", "plane.txt")
    assert [row.number for row in evaluation.rows] == list(range(1, 10))
    assert all(row.latency_ms > 0 for row in evaluation.rows)


def test_exact_match_and_f1_are_of_the_short_answer_and_beside_them_of_the_first_sentence(
    evaluation: Evaluation,
) -> None:
    right, *_, arabic = evaluation.rows
    # One of the two words of "12 people", and one of the six of the sentence, is the gold answer "١٢".
    assert (right.exact_match, arabic.exact_match) == (False, True)
    assert [right.f1, right.sentence_f1] == pytest.approx([2 / 3, 2 / 6])
    assert [arabic.f1, arabic.sentence_f1] == pytest.approx([1.0, 2 / 5])
    assert [row.f1 for row in evaluation.rows[1:-1]] == [0.0] * 7


def test_the_answer_sentence_is_the_quotation_in_which_the_answer_is_marked() -> None:
    class Marking(ScriptedAssistant):
        def ask(
            self, question: str, history: tuple[tuple[str, str], ...] = (), *, filters: Filters | None = None
        ) -> Answer:
            answer = super().ask(question, history, filters=filters)
            first, second = answer.citations
            return dataclasses.replace(answer, citations=(first, dataclasses.replace(second, span=(16, 18))))

    [row] = evaluate(Marking({"how many": ["جسر.txt", "plane.txt"]}), [question("how many", articles=["plane.txt"],
                                                                         answers=["12"])]).rows  # fmt: skip
    assert row.answer_sentence


def test_citations_are_judged_by_the_article_and_not_by_what_they_claim(evaluation: Evaluation) -> None:
    judged = [(row.citation_precision, row.citation_recall) for row in evaluation.rows]
    assert judged == [(1, 1), (1, 1), (1, 1), (0, 0), (None, None), (None, None), (1, 1), (None, None), (1, 1)]


def test_what_went_wrong_is_listed_with_the_number_of_the_question(evaluation: Evaluation) -> None:
    assert list(failures(evaluation)) == [
        "2 en: the fact, but another article first: first / second",
        "3 en: the right article, without the fact: no fact",
        "4 en: a citation does not stand where it says: lie",
        "5 en: refused, though an article says it: wrongly refused",
        "6 en: asked back, though an article says it: unclear",
        "7 en: answered, though no article says it: should be silent",
    ]


def test_the_tables_count_every_question_also_those_wrongly_refused(evaluation: Evaluation) -> None:
    rows = [dataclasses.replace(row, latency_ms=10.0 * row.number) for row in evaluation.rows]
    answers, silence = tables(Evaluation.of(rows)).split("\n\n")
    assert answers.splitlines()[2:] == [
        "| ar | 1 | 100.0 % | 100.0 % | 100.0 % | 100.0 % | 100.0 % | 100.0 % | 40.0 % | 0 | – |",
        "| en | 6 | 66.7 % | 50.0 % | 16.7 % | 33.3 % | 0.0 % | 11.1 % | 5.6 % | 1 | 100.0 % |",
        "| all | 7 | 71.4 % | 57.1 % | 28.6 % | 42.9 % | 14.3 % | 23.8 % | 10.5 % | 1 | 100.0 % |",
    ]
    # Of the eight English ones five are at .75, three of them wrong, so .6 at each; three at .05, all wrong, follow.
    area = (5 * 0.6 + 4 / 6 + 5 / 7 + 6 / 8) / 8
    # At .75 four of five are answerable, at .05 two of three.
    error = (5 * abs(0.75 - 4 / 5) + 3 * abs(0.05 - 2 / 3)) / 8
    assert silence.splitlines()[2:4] == [
        "| ar | 0 | – | – | 0.000 | 0.250 | 100.0 % | 100.0 % | 0 | 90 | 90 |",
        f"| en | 2 | 33.3 % | 50.0 % | {area:.3f} | {error:.3f} | 80.0 % | 80.0 % | 1 | 45 | 70 |",
    ]
    assert {line.count("|") for line in [*answers.splitlines(), *silence.splitlines()]} == {12}
