"""What the retrieval benchmark counts: each set as it is, ranks as TREC counts them, differences with their noise."""

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import ARTICLES, KeywordEncoder, write_articles
from topic_task import TOPICS, topic_task

from benchmarks.retrieval.__main__ import joined, run_task
from benchmarks.retrieval.encoding import RememberingEncoder
from benchmarks.retrieval.measures import Row, difference, measured, ranks_of
from benchmarks.retrieval.pools import DevelopmentSets, few_pools, language_pool, mixed_pool
from benchmarks.retrieval.report import Measured, law_nine_table, read_rows, splice, system_table, tables, write_rows
from benchmarks.retrieval.sets import Paragraph, Query, Task, queries_of, read_own_set, read_squad
from benchmarks.retrieval.systems import ABLATION, OWN_SYSTEMS, Bench, write_paragraphs


def write_squad(path: Path, contexts: dict[str, list[tuple[str, str]]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    held = [
        {"context": context, "qas": [{"id": key, "question": text, "answers": []} for key, text in asked]}
        for context, asked in contexts.items()
    ]
    path.write_text(json.dumps({"data": [{"title": "t", "paragraphs": held}]}), encoding="utf-8")
    return path


@pytest.fixture
def sets(tmp_path: Path) -> DevelopmentSets:
    """Nine parallel XQuAD paragraphs with a question each; one paragraph of TyDi QA repeats an Arabic one."""
    for language in ("ar", "en", "ru"):
        write_squad(
            tmp_path / "eval" / "xquad" / f"dev.{language}.json",
            {f"{language} text {row}": [(f"q{row}", f"{language} question {row}")] for row in range(9)},
        )
    for name, language in (("arabic", "ar"), ("english", "en"), ("russian", "ru")):
        repeated = f"{language} text 3"
        for part in ("dev", "train"):
            write_squad(
                tmp_path / "train" / "tydi" / f"{name}_tydiqa_{part}.json",
                {
                    repeated: [("t1", "asked of the repeated")],
                    f"{language} {part} alone": [("t2", "asked of the other")],
                },
            )
    write_squad(tmp_path / "eval" / "arcd-train.json", {"arcd text": [("a1", "arcd question")]})
    return DevelopmentSets(tmp_path)


def test_contexts_that_differ_only_in_white_space_are_one_paragraph(tmp_path: Path) -> None:
    path = write_squad(tmp_path / "set.json", {"one  two": [("1", "a?")], "one two": [("2", "b?")], "three": []})
    read = read_squad(path, name="set", language="en")
    assert [paragraph.text for paragraph in read.paragraphs] == ["one two", "three"]
    assert {question.article_id for question in read.questions} == {"set-en-0001.txt"}


def test_a_file_in_another_form_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"set\.json is not a question set in SQuAD form"):
        read_squad(path, name="set", language="en")


def test_questions_in_one_language_find_their_paragraph_in_another_by_their_id(tmp_path: Path) -> None:
    asked = read_squad(
        write_squad(tmp_path / "a.json", {"x": [("1", "one?")], "y": [("2", "two?"), ("3", "three?")]}),
        name="set", language="en",
    )  # fmt: skip
    held = read_squad(
        write_squad(tmp_path / "b.json", {"Y": [("2", "deux?")], "X": [("1", "un?")]}), name="set", language="fr"
    )
    queries = queries_of(asked, held, pair="en→fr")
    assert [(query.number, query.relevant) for query in queries] == [
        (1, ("set-fr-0002.txt",)),
        (2, ("set-fr-0001.txt",)),
    ]


def test_a_text_that_two_sets_share_stands_in_the_pool_once_and_answers_both(sets: DevelopmentSets) -> None:
    task = language_pool(sets, "ar")
    texts = [paragraph.text for paragraph in task.paragraphs]
    assert len(set(texts)) == len(texts)
    shared = next(paragraph.article_id for paragraph in task.paragraphs if paragraph.text == "ar text 3")
    answered = {(query.pair, query.text) for query in task.queries if query.relevant == (shared,)}
    assert answered == {
        ("XQuAD ar→ar", "ar question 3"),
        ("XQuAD en→ar", "en question 3"),
        ("XQuAD ru→ar", "ru question 3"),
        ("TyDi ar→ar", "asked of the repeated"),
    }


def test_over_three_draws_each_paragraph_of_the_mixed_pool_stands_in_each_language_once(sets: DevelopmentSets) -> None:
    languages: dict[str, list[str]] = {}
    for draw in range(3):
        task = mixed_pool(sets, draw)
        texts = {paragraph.article_id: paragraph.text for paragraph in task.paragraphs}
        for query in task.queries:
            language, _, row = texts[query.relevant[0]].split()
            assert query.pair == f"mixed {query.language}, {'same' if language == query.language else 'other'}"
            assert query.text == f"{query.language} question {row}"
            languages.setdefault(row, []).append(language)
    assert {row: sorted(found) for row, found in languages.items()} == {
        str(row): sorted(["ar", "en", "ru"] * 3) for row in range(9)
    }


def test_a_few_pool_holds_as_many_paragraphs_in_the_questions_language_as_it_says(sets: DevelopmentSets) -> None:
    tasks = list(few_pools(sets))
    assert {task.name.rsplit("-", 1)[0] for task in tasks} >= {"few-ar-en-2", "few-en-ar-5", "few-ru-ar-10"}
    for task in tasks:
        own = {query.language for query in task.queries}.pop()
        same = [query for query in task.queries if query.pair.endswith("same")]
        held = [paragraph for paragraph in task.paragraphs if paragraph.language == own]
        assert {name for query in same for name in query.relevant} == {paragraph.article_id for paragraph in held}


def test_only_questions_that_stand_alone_and_have_an_answer_are_asked(tmp_path: Path) -> None:
    lines = [
        {"turns": ["alone?"], "lang": "en", "articles": ["a.txt", "b.txt"], "answers": ["x"]},
        {"turns": ["first?", "and then?"], "lang": "en", "articles": ["a.txt"], "answers": ["x"]},
        {"turns": ["never?"], "lang": "en", "articles": None, "answers": []},
    ]
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    task = read_own_set(path, tmp_path, name="own")
    assert [(query.number, query.text, query.relevant) for query in task.queries] == [(1, "alone?", ("a.txt", "b.txt"))]


def row_of(relevant: int, *ranks: int) -> Row:
    return Row(pair="p", task="t", question_number=1, relevant=relevant, ranks={"s": ranks})


def test_measures_are_those_of_trec() -> None:
    rows = [row_of(1, 1), row_of(1, 3), row_of(1, 11), row_of(1), row_of(2, 2, 7), row_of(3, 100)]
    values = measured(rows, "s")
    assert values["Success@1"].tolist() == [1, 0, 0, 0, 0, 0]
    assert values["Success@5"].tolist() == [1, 1, 0, 0, 1, 0]
    assert values["RR@10"] == pytest.approx([1, 1 / 3, 0, 0, 1 / 2, 0])
    assert values["R@100"] == pytest.approx([1, 1, 1, 0, 1, 1 / 3])
    gain = [1 / np.log2(rank + 1) for rank in (1, 2, 3, 7)]
    ideal = gain[0] + gain[1]
    assert values["nDCG@10"] == pytest.approx([1, gain[2], 0, 0, (gain[1] + gain[3]) / ideal, 0])


def test_ranks_count_from_one() -> None:
    assert ranks_of(["b", "a", "c"], ["c", "b", "z"]) == (1, 3)


def test_the_interval_of_a_difference_holds_zero_only_where_the_difference_may_be_noise() -> None:
    generator = np.random.default_rng(1)
    theirs = generator.random(400)
    better = difference(theirs + generator.normal(0.1, 0.2, 400), theirs)
    assert 0 < better.low < better.mean < better.high
    same = difference(theirs + generator.normal(0.0, 0.2, 400), theirs)
    assert same.low < 0 < same.high
    assert difference(theirs, theirs + 0.1).high < 0


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [row_of(2, 1, 4), row_of(1), Row(pair="q", task="t", question_number=3, relevant=1, ranks={"other": (5,)})]
    write_rows(tmp_path / "rows.tsv", rows)
    assert read_rows(tmp_path / "rows.tsv") == rows


def test_runs_in_parts_are_joined_by_question_and_the_later_part_counts() -> None:
    def row(number: int, **ranks: tuple[int, ...]) -> Row:
        return Row(pair="p", task="t", question_number=number, relevant=1, ranks=ranks)

    own, peers = [row(1, ours=(1,)), row(2, ours=(3,))], [row(2, theirs=(2,)), row(3, theirs=()), row(2, ours=(4,))]
    assert joined([own, peers]) == [row(1, ours=(1,)), row(2, ours=(4,), theirs=(2,)), row(3, theirs=())]


def test_a_pair_where_masdar_is_behind_the_encoder_beyond_noise_is_called_worse() -> None:
    def rows(pair: str, ours: int, theirs: int) -> list[Row]:
        ranks = {"Masdar": (ours,), "encoder alone": (theirs,)}
        return [Row(pair=pair, task="t", question_number=number, relevant=1, ranks=ranks) for number in range(20)]

    table = law_nine_table(Measured([*rows("ahead", 1, 2), *rows("behind", 2, 1), *rows("equal", 3, 3)]))
    assert [line.split("|")[5].strip() for line in table.splitlines()[2:]] == ["no", "**yes**", "no"]


def test_the_best_of_each_pair_is_marked() -> None:
    ranks = {"Masdar": (2,), "other": (1,)}
    found = Measured([Row(pair="p", task="t", question_number=1, relevant=1, ranks=ranks)])
    table = system_table(found, "RR@10", {"p": ["p"]}, ["Masdar", "other"])
    assert table.splitlines()[-1] == "| p | 1 | 0.500 | **1.000** |"


def test_the_mean_of_the_mixed_pool_counts_each_language_once() -> None:
    def rows(pair: str, count: int, rank: int) -> list[Row]:
        ranks = {"Masdar": (rank,)}
        return [Row(pair=pair, task="t", question_number=number, relevant=1, ranks=ranks) for number in range(count)]

    found = tables([*rows("mixed ar, other", 3, 1), *rows("mixed en, other", 1, 2), *rows("mixed ar, same", 1, 1)])
    assert found["mixed"].splitlines()[-1] == "| mixed, other: mean | 4 | **0.500** |"


def test_a_table_replaces_what_stood_in_its_place_and_nothing_else() -> None:
    page = "a\n<!-- t: written by make bench-retrieval -->\nold\n<!-- end of t -->\nb"
    assert splice(page, "t", "new \\1") == (
        "a\n<!-- t: written by make bench-retrieval -->\n\nnew \\1\n\n<!-- end of t -->\nb"
    )
    with pytest.raises(ValueError, match="0 places"):
        splice(page, "u", "new")


def test_a_text_is_encoded_once_and_remembered_on_disk(tmp_path: Path) -> None:
    inner = KeywordEncoder()
    encoder = RememberingEncoder(inner, tmp_path)
    first = encoder.encode_passages(["a bridge", "a budget", "a bridge"])
    assert inner.encoded == ["a bridge", "a budget"]
    assert np.array_equal(first, inner.encode_queries(["a bridge", "a budget", "a bridge"]))
    encoder.save()
    again = KeywordEncoder()
    assert np.array_equal(RememberingEncoder(again, tmp_path).encode_passages(["a budget"])[0], first[1])
    assert again.encoded == []


def test_a_query_and_a_passage_of_the_same_words_are_different_texts(tmp_path: Path) -> None:
    inner = KeywordEncoder()
    encoder = RememberingEncoder(inner, tmp_path)
    encoder.encode_queries(["a bridge"])
    encoder.encode_passages(["a bridge"])
    assert inner.encoded == ["a bridge"]


def test_the_folder_holds_the_paragraphs_of_this_task_and_no_others(tmp_path: Path) -> None:
    write_paragraphs([Paragraph(article_id="a.txt", language="en", text="old")], tmp_path)
    kept = [Paragraph(article_id=name, language="en", text=name) for name in ("b.txt", "c.txt")]
    write_paragraphs(kept, tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "b.txt": "b.txt\n", "c.txt": "c.txt\n",
    }  # fmt: skip


@pytest.mark.parametrize("system", [*OWN_SYSTEMS, *ABLATION])
def test_every_system_finds_the_paragraph_that_the_question_is_about(bench: Bench, system: str) -> None:
    task = topic_task("Who spoke of the {topic}?")
    rows = run_task(task, {system: (OWN_SYSTEMS | ABLATION)[system]}, bench, None)  # type: ignore[operator]
    assert [row.ranks[system] for row in rows] == [(1,)] * len(TOPICS)


def test_of_whole_articles_every_system_is_given_the_passages(bench: Bench, tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    query = Query(pair="p", number=1, language="en", text="Which bridge opened?", relevant=("en/bridge.txt",))
    task = Task(name="own", queries=(query,), data_dir=tmp_path / "articles")
    assert {text.article_id for text in bench.texts(task)} == set(ARTICLES)
    (row,) = run_task(task, OWN_SYSTEMS, bench, tmp_path / "runs")
    assert row.ranks == dict.fromkeys(OWN_SYSTEMS, (1,))


def test_run_files_are_as_trec_eval_reads_them(bench: Bench, tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    query = Query(pair="a→b, c", number=7, language="en", text="Which bridge opened?", relevant=("en/bridge.txt",))
    task = Task(name="own", queries=(query,), data_dir=tmp_path / "articles")
    run_task(task, OWN_SYSTEMS, bench, tmp_path / "runs")
    assert (tmp_path / "runs" / "own.qrels").read_text(encoding="utf-8") == "a→b,_c/7 0 en/bridge.txt 1\n"
    first = (tmp_path / "runs" / "own.encoder_alone.run").read_text(encoding="utf-8").splitlines()[0]
    assert first == "a→b,_c/7 Q0 en/bridge.txt 1 -1 encoder_alone"
