"""Each command does what its help says, in text and in JSON, and ends with the code that says how it went."""

import json
from pathlib import Path
from typing import Any

import pytest
from fakes import ARTICLES, HARBOUR
from shared_fixtures import Run

from rag.__main__ import EXIT_OK, EXIT_UNANSWERABLE
from rag.phrases import phrases_for

QUOTE = "افتتح الوزير سامي الحداد الميناء الجديد يوم الخميس."


def fields(record: Any, *names: str) -> list[Any]:
    return [record[name] for name in names]


def test_build_reports_what_it_did_and_again_that_nothing_changed(run: Run) -> None:
    code, out, err = run("build")
    assert code == EXIT_OK
    assert out.startswith("4 articles, ")
    assert "(4 added, 0 changed, 0 removed, 0 unchanged; " in out
    assert "Encoding passages" in err
    code, out, _ = run("build", "--json")
    assert code == EXIT_OK
    report = json.loads(out)
    assert fields(report, "articles", "added", "unchanged", "encoded_passages", "skipped") == [4, 0, 4, 0, []]


def test_build_names_what_it_skipped_and_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "تالف.pdf").write_bytes(b"%PDF-1.7 nothing")
    _, out, _ = run("build")
    assert "skipped: تالف.pdf: " in out


def test_ask_builds_what_is_missing_and_prints_the_quotation_with_its_source(run: Run) -> None:
    code, out, _ = run("ask", HARBOUR)
    assert code == EXIT_OK
    assert f"{QUOTE} [1]" in out
    assert "[1] افتتاح الميناء الجديد\n    ar/harbour.txt, line 3\n" in out


def test_ask_as_json_is_the_answer_record(run: Run) -> None:
    code, out, _ = run("ask", HARBOUR, "--json")
    assert code == EXIT_OK
    assert "\\u" not in out
    answer = json.loads(out)
    assert fields(answer, "question", "status", "language") == [HARBOUR, "answered", "ar"]
    citation = answer["citations"][0]
    assert fields(citation, "marker", "article_id", "start_line", "quote") == [1, "ar/harbour.txt", 3, QUOTE]
    text = ARTICLES["ar/harbour.txt"]
    assert text[citation["start"] : citation["end"]] == QUOTE
    assert answer["hits"]


def test_ask_without_an_answer_says_so_and_exits_with_three(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASDAR_MIN_CONFIDENCE", "1")
    code, out, _ = run("ask", HARBOUR)
    assert code == EXIT_UNANSWERABLE == 3
    assert out.startswith("لا تجيب المقالات عن هذا السؤال.")
    code, out, _ = run("ask", HARBOUR, "--json")
    assert code == EXIT_UNANSWERABLE
    assert json.loads(out)["citations"] == []


def test_a_follow_up_is_asked_after_the_questions_before_it(run: Run) -> None:
    _, out, _ = run("ask", "When?", "--after", "Who repaired the bridge over the Ortan?", "--json")
    answer = json.loads(out)
    assert fields(answer, "question", "understood_as") == ["When?", "When? (repaired the bridge over the Ortan)"]
    assert answer["hits"][0]["passage"]["article_id"] == "en/bridge.txt"


def test_how_a_follow_up_was_understood_is_printed_in_its_language_and_only_then(run: Run) -> None:
    _, out, _ = run("ask", "ومتى؟", "--after", HARBOUR)
    first_line = out.splitlines()[0]
    assert first_line.startswith(f"{phrases_for('ar').understood_as} ومتى؟ (")
    _, out, _ = run("ask", HARBOUR)
    assert phrases_for("ar").understood_as not in out


def test_ask_warns_of_articles_that_changed_since(run: Run, tmp_path: Path) -> None:
    run("build")
    (tmp_path / "data" / "new.txt").write_text("A new article about the harbour.", encoding="utf-8")
    _, _, err = run("ask", HARBOUR)
    assert "1 files added" in err


def test_retrieve_lists_as_many_hits_as_asked_for_best_first(run: Run) -> None:
    code, out, _ = run("retrieve", "bridge", "--top-k", "2")
    assert code == EXIT_OK
    assert out.startswith("1. ")
    assert "en/bridge.txt, line " in out.splitlines()[0]
    code, out, _ = run("retrieve", "bridge", "--top-k", "2", "--json")
    hits = json.loads(out)
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["score"] >= hits[1]["score"]


def test_ask_and_retrieve_keep_to_the_filters_they_are_given(run: Run) -> None:
    given = ("--language", "en", "--language", "ru", "--article", "en/budget.txt", "--article", "ru/")
    _, out, _ = run("retrieve", "bridge", "--json", *given)
    assert {hit["passage"]["article_id"] for hit in json.loads(out)} == {"en/budget.txt", "ru/museum.txt"}
    code, out, _ = run("ask", HARBOUR, "--article", "en/")
    assert (code, "(only articles from en/)" in out) == (EXIT_OK, True)
    _, out, _ = run("ask", HARBOUR, "--json", "--article", "en/")
    assert json.loads(out)["filters"]["articles"] == ["en/"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2022", "2022", ["2022-01-01", "2022-12-31"]),
        ("2022-02", "2024-2", ["2022-02-01", "2024-02-29"]),
        ("2022-02-03", "2022-02-03", ["2022-02-03", "2022-02-03"]),
    ],
)
def test_a_month_or_a_year_as_a_date_begins_with_its_first_and_ends_with_its_last_day(
    run: Run, since: str, until: str, expected: list[str]
) -> None:
    code, out, _ = run("ask", HARBOUR, "--since", since, "--until", until, "--json")
    assert code == EXIT_UNANSWERABLE, "no article has a date"
    assert fields(json.loads(out)["filters"], "since", "until") == expected


def test_lookup_finds_a_quotation_and_exits_with_three_where_there_is_none(run: Run) -> None:
    code, out, _ = run("lookup", "الوزير سامى الحداد")
    assert code == EXIT_OK
    assert out.startswith("ar/harbour.txt#")
    assert ", line 3\n   الوزير سامي الحداد\n" in out
    code, out, _ = run("lookup", "ar/harbour.txt#24-29", "--json")
    [citation] = json.loads(out)
    assert citation["quote"] == ARTICLES["ar/harbour.txt"][24:29]
    assert citation["alterations"] == []
    code, out, _ = run("lookup", "nothing of the kind stands here")
    assert (code, out) == (EXIT_UNANSWERABLE, "This text does not occur in the articles.\n")
    code, out, _ = run("lookup", "ليس في المقالات شيء من هذا القبيل")
    assert (code, out) == (EXIT_UNANSWERABLE, "لا يرد هذا النص في المقالات.\n")
    code, out, _ = run("lookup", "nothing of the kind stands here", "--json")
    assert (code, json.loads(out)) == (EXIT_UNANSWERABLE, [])


def test_lookup_shows_the_words_that_were_altered(run: Run) -> None:
    asked = "Engineers had repaired the old bridge during two years"
    _, out, _ = run("lookup", asked)
    assert out.splitlines()[1:] == [
        "   Engineers had repaired the bridge for two years",
        "   not here: old",
        "   asked: during; here: for",
    ]
    _, out, _ = run("lookup", "Engineers repaired the bridge for two years")
    assert out.splitlines()[2:] == ["   not asked: had"]
    _, out, _ = run("lookup", asked, "--json")
    [citation] = json.loads(out)
    old, during = citation["alterations"]
    assert (asked[slice(*old["asked_span"])], old["quoted"]) == ("old", "")
    assert citation["quote"][slice(*during["quoted_span"])] == during["quoted"] == "for"


def test_lookup_says_that_it_compared_only_the_beginning_of_a_very_long_text(run: Run) -> None:
    code, _, err = run("lookup", "nothing of the kind " * 1500)
    assert code == EXIT_UNANSWERABLE
    assert err.endswith("\nmasdar: only the first 20000 characters were compared.\n")
    assert run("lookup", "nothing of the kind")[2] == ""


def test_bytes_on_the_command_line_that_are_no_utf8_are_only_not_found(run: Run) -> None:
    assert run("lookup", "\udcff\udcfe")[0] == EXIT_UNANSWERABLE


def test_sources_lists_every_article(run: Run) -> None:
    code, out, _ = run("sources")
    assert code == EXIT_OK
    assert out.splitlines()[0] == "ar/harbour.txt  ar  -  افتتاح الميناء الجديد"
    _, out, _ = run("sources", "--json")
    assert [source["article_id"] for source in json.loads(out)] == sorted(ARTICLES)


def test_info_says_missing_ready_and_stale_and_never_builds(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("info", "--json")
    assert (code, json.loads(out)["state"]) == (EXIT_OK, "missing")
    assert not list(tmp_path.glob("index/generation-*"))
    run("build")
    _, out, _ = run("info", "--json")
    assert fields(json.loads(out), "state", "articles") == ["ready", 4]
    (tmp_path / "data" / "en" / "bridge.txt").unlink()
    _, out, _ = run("info")
    assert out.startswith("state: stale\n")
    assert "1 changed" not in out


def test_evaluate_prints_a_table_or_every_row(run: Run, tmp_path: Path) -> None:
    question = {"turns": [HARBOUR], "lang": "ar", "articles": ["ar/harbour.txt"], "answers": ["الخميس"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    code, out, _ = run("evaluate", "questions.jsonl")
    assert code == EXIT_OK
    assert "| ar | 1 | 100.0 % | 100.0 % | 100.0 % | 100.0 % |" in out
    assert "1 ar: " not in out
    code, out, _ = run("evaluate", "questions.jsonl", "--json")
    found = json.loads(out)
    assert found["rows"][0]["cited"][0] == "ar/harbour.txt"
    assert found["summaries"]["all"]["fact_in_answer"] == 1.0


def test_evaluate_lists_the_questions_that_went_wrong_and_why(run: Run, tmp_path: Path) -> None:
    question = {"turns": [HARBOUR], "lang": "ar", "articles": ["en/bridge.txt"], "answers": ["لا شيء"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    _, out, _ = run("evaluate", "questions.jsonl")
    assert f"1 ar: another article, without the fact: {HARBOUR}" in out.splitlines()
    _, out, _ = run("evaluate", "questions.jsonl", "--passage-given")
    assert "another article" not in out


def test_evaluate_asks_a_set_in_squads_form_over_the_paragraphs_it_brings(run: Run, tmp_path: Path) -> None:
    context = "The museum of glass opened in 1907. It closed again in 1950."
    asked = {"question": "When did the museum open?", "answers": [{"text": "1907", "answer_start": 30}]}
    squad = {"data": [{"title": "Glass", "paragraphs": [{"context": context, "qas": [asked]}]}]}
    (tmp_path / "squad.json").write_text(json.dumps(squad), encoding="utf-8")
    code, out, _ = run("evaluate", "squad.json", "--json")
    assert code == EXIT_OK
    assert json.loads(out)["rows"][0]["cited"] == ["00001.txt"]


def test_what_is_served_over_standard_streams_writes_nothing_else_to_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.web.mcp_server.serve_stdio", lambda assistant: None)
    code, out, err = run("mcp")
    assert (code, out) == (0, "")
    assert "Reading articles" in err
