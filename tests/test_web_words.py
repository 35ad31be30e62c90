"""The page's words: none missing in any language, and numbers, dates and plurals in the language's own form."""

import dataclasses
import json
import re
import string
from pathlib import Path

import pytest
from babel import Locale
from fastapi import APIRouter

from rag.web.reader_language import choose_language
from rag.web.shell import after_conversation, before_conversation
from rag.web.strings import STRINGS, Plural
from rag.web.view import View
from rag.web.wording import counted, words_of

STATIC = Path(__file__).parents[1] / "rag" / "web" / "static"
ENGLISH = STRINGS["en"]
VIEW = View(name="trial", label="view_ask", routes=lambda assistant: APIRouter())


@pytest.mark.parametrize("language", STRINGS)
def test_every_language_has_every_string_with_the_same_blanks(language: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for field in dataclasses.fields(ENGLISH):
        text = getattr(STRINGS[language], field.name)
        model = getattr(ENGLISH, field.name)
        if isinstance(text, Plural):
            assert all("count" in blanks(form) for form in (text.few, text.many, text.other) if form), field.name
            continue
        assert text.strip(), field.name
        assert blanks(text) == blanks(model), field.name


@pytest.mark.parametrize("language", STRINGS)
def test_every_counted_phrase_has_every_form_of_its_language_and_no_other(language: str) -> None:
    needed = set(Locale.parse(language).plural_form.tags) | {"other"}
    for field in dataclasses.fields(ENGLISH):
        phrase = getattr(STRINGS[language], field.name)
        if isinstance(phrase, Plural):
            assert {form.name for form in dataclasses.fields(phrase) if getattr(phrase, form.name)} == needed, (
                field.name
            )


def test_a_count_takes_the_form_that_its_language_asks_for() -> None:
    counts = {"ar": (1, 2, 3, 11, 100), "ru": (1, 2, 5), "he": (1, 2, 3), "fr": (0, 1, 2), "en": (1, 2)}
    for language, values in counts.items():
        shown = [counted(STRINGS[language].count_articles, value, language) for value in values]
        assert len({re.sub(r"\d+", "", text) for text in shown}) == len(shown) - (language == "fr"), language
    assert counted(ENGLISH.count_articles, 12_345, "en") == "12,345 articles"
    assert counted(STRINGS["ru"].count_articles, 12_345, "ru") == "12\u00a0345 статей"


def test_no_string_was_left_in_english() -> None:
    for language, strings in STRINGS.items():
        same = {
            field.name
            for field in dataclasses.fields(strings)
            if language != "en" and getattr(strings, field.name) == getattr(ENGLISH, field.name)
        }
        assert same <= {"conversation", "source", "sources", "article"}, language  # French writes these alike
        assert not same or language == "fr"


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "expected"),
    [
        ("he", "ru", "fr", "he"),
        ("xx", "ru", "fr", "ru"),
        (None, None, "de;q=0.9, fr-CA;q=0.5, ar-EG;q=0.8", "ar"),
        (None, None, "iw-IL", "he"),
        (None, None, "ru;q=0, de", "en"),
        (None, None, "en;q=zzz, fr", "fr"),
        (None, None, None, "en"),
    ],
)
def test_the_address_wins_over_the_choice_over_the_browser(
    asked: str | None, remembered: str | None, accepted: str | None, expected: str
) -> None:
    assert choose_language(asked=asked, remembered=remembered, accepted=accepted) == expected


@pytest.mark.parametrize("language", STRINGS)
def test_the_script_finds_every_word_it_shows(language: str) -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (STATIC / "js").rglob("*.js"))
    used = set(re.findall(r'\b(?:t|counted)\("(\w+)"', scripts)) | set(
        re.findall(r'"((?:copy|feedback)_\w+)"', scripts)
    )
    frame = before_conversation(language, [VIEW]) + after_conversation(language, [VIEW])
    used |= set(re.findall(r'data-t(?:-\w+)?="(\w+)"', frame))
    assert len(used) > 20
    assert used <= words_of(language).keys()


def test_the_words_in_the_document_cannot_end_their_element() -> None:
    frame = after_conversation("en", [])
    words = json.loads(frame.partition('id="words">')[2].removesuffix("</script>"))
    assert words == words_of("en")
    assert frame.count("</script>") == 1
