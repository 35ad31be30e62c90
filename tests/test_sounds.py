import pytest

from rag.sounds import sounds


@pytest.mark.parametrize(
    "spellings",
    [
        ("بوتين", "Putin", "Путин", "פוטין"),
        ("نتنياهو", "Netanyahu", "Нетаньяху", "נתניהו"),
        ("زاخاروفا", "Zakharova", "Захарова", "זחרובה"),
        ("بينيت", "Bennett", "Беннет", "בנט"),
        ("سوتشي", "Sochi", "Сочи"),
        ("ماكرون", "Macron", "Макрон", "מקרון"),
    ],
)
def test_a_name_sounds_the_same_in_every_script(spellings: tuple[str, ...]) -> None:
    first, *others = (set(sounds(spelling)) for spelling in spellings)
    for other in others:
        assert first & other


@pytest.mark.parametrize(("one", "other"), [("Putin", "Merkel"), ("بوتين", "بينيت"), ("Лавров", "Песков")])
def test_different_names_do_not_sound_the_same(one: str, other: str) -> None:
    assert not set(sounds(one)) & set(sounds(other))


@pytest.mark.parametrize("inflected", ["Путина", "Путину", "Путиным", "وبوتين", "لبوتين", "ופוטין", "לפוטין"])
def test_cases_and_clitics_do_not_hide_a_name(inflected: str) -> None:
    assert set(sounds(inflected)) & set(sounds("Putin"))


def test_a_word_of_two_consonants_names_nobody() -> None:
    assert sounds("هنا here там") == []


def test_no_sound_equals_a_word() -> None:
    assert sounds("Putin met Netanyahu") == ["~btn", "~ntnh"]
    assert not set(sounds("btn ntnh")) & {"btn", "ntnh"}
