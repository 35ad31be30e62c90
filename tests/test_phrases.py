"""The fixed words of an answer are there in every language of its readers, and are in that language."""

import dataclasses

import pytest

from rag.languages import identify_language
from rag.phrases import FALLBACK_LANGUAGE, PHRASES, Phrases, phrases_for

WORDINGS = ("not_in_articles", "closest", "no_articles", "no_question", "does_not_occur", "understood_as")


def test_the_languages_of_the_readers_are_there() -> None:
    assert {"ar", "en", "ru", "he", "fr", "de", "es", "tr", "fa", "zh"} <= set(PHRASES)


@pytest.mark.parametrize("language", PHRASES)
def test_no_wording_is_empty_or_of_two_lines(language: str) -> None:
    for name, wording in dataclasses.asdict(PHRASES[language]).items():
        assert wording.strip(), name
        assert "\n" not in wording, name


@pytest.mark.parametrize("name", WORDINGS)
@pytest.mark.parametrize("language", PHRASES)
def test_a_wording_is_in_its_own_language(language: str, name: str) -> None:
    assert identify_language(getattr(PHRASES[language], name)) == language


@pytest.mark.parametrize("name", WORDINGS)
def test_no_two_languages_share_a_wording(name: str) -> None:
    wordings = [getattr(phrases, name) for phrases in PHRASES.values()]
    assert len(set(wordings)) == len(wordings)


@pytest.mark.parametrize("language", PHRASES)
def test_no_wording_looks_like_a_marker(language: str) -> None:
    assert not set("[]【】［］") & set("".join(dataclasses.asdict(PHRASES[language]).values()))


@pytest.mark.parametrize("language", ["und", "xx", "", "AR"])
def test_a_language_without_wordings_gets_english(language: str) -> None:
    found: Phrases = phrases_for(language)
    assert found is PHRASES[FALLBACK_LANGUAGE]
    assert identify_language(found.not_in_articles) == "en"


def test_a_language_with_wordings_gets_its_own() -> None:
    assert phrases_for("ar") is PHRASES["ar"]
