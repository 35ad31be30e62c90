"""The news that the reader learns from: every line is understood, every answer stands in its article, traps abound."""

from collections import Counter
from pathlib import Path

import pytest

from training.news_dossiers import dossiers

DOSSIER = "==\n# en | 2021-03-14 | A bridge\nThe bridge cost 4 million.\nIt opened on Monday.\n"


def written(folder: Path, text: str) -> Path:
    (folder / "one.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_dossier_is_read_as_it_is_written(tmp_path: Path) -> None:
    [dossier] = dossiers(written(tmp_path, DOSSIER + "? en | How much? | 1: 4 million\n+ ar | متى؟ | -\n"))
    assert (dossier.name, dossier.articles[0].text) == (
        "one/1",
        "The bridge cost 4 million.\n\nIt opened on Monday.",
    )
    asked, follow_up = dossier.questions
    assert (asked.text, asked.answers, asked.after) == ("How much?", ((0, "4 million"),), "")
    assert (follow_up.language, follow_up.answers, follow_up.after) == ("ar", (), "How much?")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The bridge cost 4 million.", "line 1: no dossier"),
        ("==\nThe bridge cost 4 million.", "line 2: a paragraph before any article"),
        (DOSSIER + "? en | How much?", "line 5: 2 parts"),
        (DOSSIER + "? en | How much? | 5 million", "names no article"),
        (DOSSIER + "? en | How much? | 2: 4 million", "names no article"),
        (DOSSIER + "? en | How much? | 1: 5 million", "does not stand in article 1"),
        (DOSSIER + "+ en | How much? | 1: 4 million", "no question before"),
    ],
)
def test_a_line_out_of_form_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        list(dossiers(written(tmp_path, text)))


def test_the_news_has_five_languages_and_traps_in_each_dossier() -> None:
    everything = list(dossiers())
    for dossier in everything:
        traps = sum(not question.answers for question in dossier.questions)
        assert 0.3 < traps / len(dossier.questions) < 0.5, dossier.name
        texts = Counter((question.text, question.after) for question in dossier.questions)
        assert max(texts.values()) == 1, dossier.name
    languages = Counter(question.language for dossier in everything for question in dossier.questions)
    assert min(languages[language] for language in ("ar", "en", "ru", "he", "fr")) > 300
    assert any(question.after for dossier in everything for question in dossier.questions)
