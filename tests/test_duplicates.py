"""The same text twice is named once, whatever the layout; different texts are not."""

import random

import numpy as np
import pytest

from rag.duplicates import MIN_SIMILARITY, SKETCH_SIZE, Alike, find_duplicates, repeats, sketch
from rag.records import Duplicate

WORDS = (
    "أعلن الوزير اليوم أن القطار السريع بين المدن سيبدأ رحلاته في مطلع العام المقبل بعد سنوات طويلة من العمل".split()
)


def story(seed: int, length: int = 200) -> list[str]:
    generator = random.Random(seed)  # noqa: S311
    return [f"{generator.choice(WORDS)}{generator.randrange(50)}" for _ in range(length)]


def test_identical_text_is_named_with_the_first_article_and_similarity_one() -> None:
    text = " ".join(story(1))
    assert find_duplicates([("a", text), ("b", "other text"), ("c", text)]) == (
        Duplicate(article_id="c", duplicate_of="a", similarity=1.0),
    )


def test_white_space_alone_makes_no_difference() -> None:
    words = story(1)
    found = find_duplicates([("a", " ".join(words)), ("b", "\n\n".join(words) + "\n")])
    assert found == (Duplicate(article_id="b", duplicate_of="a", similarity=1.0),)


def test_a_text_with_a_few_words_changed_is_a_near_duplicate() -> None:
    words = story(1)
    changed = [*words[:50], "غير", *words[51:120], "ذلك", *words[121:]]
    [found] = find_duplicates([("a", " ".join(words)), ("b", " ".join(changed))])
    assert (found.article_id, found.duplicate_of) == ("b", "a")
    assert MIN_SIMILARITY <= found.similarity < 1.0


def test_only_punctuation_and_vowel_signs_differ_and_still_it_is_not_identical() -> None:
    text = " ".join(story(1))
    [found] = find_duplicates([("a", text), ("b", text.replace(" ", "، ", 3).replace("ا", "اَ", 5))])
    assert 0.9 < found.similarity < 1.0


def test_texts_that_share_half_of_their_words_are_not_duplicates() -> None:
    words, others = story(1), story(2)
    assert find_duplicates([("a", " ".join(words)), ("b", " ".join(words[:100] + others[:100]))]) == ()


def test_a_chain_of_near_duplicates_is_named_with_its_first_article() -> None:
    words = story(1)
    versions = [[*[f"جديد{number}" for number in range(cut)], *words[cut:]] for cut in (0, 15, 30)]
    found = find_duplicates([(name, " ".join(version)) for name, version in zip("abc", versions, strict=True)])
    assert [(one.article_id, one.duplicate_of) for one in found] == [("b", "a"), ("c", "a")]


def test_a_copy_of_a_near_duplicate_is_named_with_the_first_of_them_all() -> None:
    words = story(1)
    near = " ".join([*words[:-3], "خاتمة", "أخرى"])
    found = find_duplicates([("a", " ".join(words)), ("b", near), ("c", near)])
    assert [(one.article_id, one.duplicate_of) for one in found] == [("b", "a"), ("c", "a")]
    assert found[0].similarity == found[1].similarity < 1.0


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["   ", "\n"], ["كلمة", "أخرى"]])
def test_no_text_or_too_little_makes_no_duplicates(texts: list[str]) -> None:
    assert find_duplicates([(str(number), text) for number, text in enumerate(texts)]) == ()


def test_short_identical_texts_are_duplicates() -> None:
    assert [one.similarity for one in find_duplicates([("a", "خبر عاجل"), ("b", "خبر  عاجل")])] == [1.0]


def test_scripts_without_spaces_are_compared_too() -> None:
    text = "总统星期四在首都会见了外交部长并讨论了两国之间的贸易协定以及北部地区的最新局势"
    [found] = find_duplicates([("a", text * 3), ("b", text * 3 + "结束")])
    assert found.duplicate_of == "a"


@pytest.mark.parametrize(
    "words",
    [
        "सरकार ने आज नई रेल सेवा की घोषणा की जो अगले वर्ष शहरों के बीच चलेगी".split(),
        "ప్రభుత్వం ఈ రోజు కొత్త రైలు సేవను ప్రకటించింది అది వచ్చే ఏడాది నగరాల మధ్య నడుస్తుంది".split(),
        "সরকার আজ নতুন রেল সেবা ঘোষণা করেছে যা আগামী বছর শহরগুলির মধ্যে চলবে".split(),
    ],
    ids=["Devanagari", "Telugu", "Bengali"],
)
def test_texts_of_a_script_with_vowel_signs_are_compared_by_words_and_not_by_consonants(words: list[str]) -> None:
    one, other = (" ".join(random.Random(seed).choices(words, k=60)) for seed in (1, 2))  # noqa: S311
    assert find_duplicates([("a", one), ("b", other)]) == ()
    assert find_duplicates([("a", one), ("b", f"{one} {words[0]}")])[0].duplicate_of == "a"
    assert Alike(np.stack([sketch(one), sketch(other)])).to(0).tolist() == [0]
    assert repeats(one, f"{one} {words[0]}")
    assert not repeats(" ".join(words), " ".join(words).replace(words[0], words[0][:-1]))


def test_the_same_articles_give_the_same_answer_each_time() -> None:
    articles = [(str(seed), " ".join(story(seed % 20)[: 180 + seed])) for seed in range(40)]
    assert find_duplicates(articles) == find_duplicates(iter(articles))
    assert len(find_duplicates(articles)) == 20


def replaced(words: list[str], **places: str) -> str:
    """``words`` as a text, with the word at each place (``w3``) replaced."""
    return " ".join(places.get(f"w{place}", word) for place, word in enumerate(words))


PLAIN = [f"{WORDS[place % len(WORDS)]}{'ابتثجحخد'[place % 8]}{'رزسشصضطظ'[place // 8 % 8]}" for place in range(60)]


def test_a_text_repeats_one_that_says_the_same_word_for_word_or_nearly() -> None:
    whole = " ".join(PLAIN)
    assert repeats(whole, whole)
    assert repeats(whole.replace(" ", "\n", 5).replace("ا", "أ", 3), whole)
    assert repeats(replaced(PLAIN, w10="غير", w40="ذلك"), whole)
    assert repeats(" ".join(PLAIN[:30]), whole), "the other one says more"


def test_one_word_makes_a_short_text_another_one() -> None:
    assert not repeats("The bridge was closed on Monday", "The museum was closed on Monday")
    assert not repeats(replaced(PLAIN[:24], w10="غير"), " ".join(PLAIN[:24]))
    assert repeats(replaced(PLAIN[:25], w10="غير"), " ".join(PLAIN[:25]))


def test_a_text_with_a_sentence_more_repeats_nothing() -> None:
    whole = " ".join(PLAIN)
    more = [*PLAIN[:20], "ولم", "يعلق", "الوزير", "على", "ذلك", *PLAIN[20:]]
    assert not repeats(" ".join(more), whole)
    assert not repeats(whole, " ".join(PLAIN[:50]))
    assert repeats(whole, " ".join(more)), "all of it stands in the longer one"


@pytest.mark.parametrize(
    ("one", "other"), [("12", "13"), ("ثلاثة", "أربعة"), ("٣", "4"), ("three", "four"), ("2020", "قليل")]
)
def test_a_text_with_another_figure_repeats_nothing(one: str, other: str) -> None:
    assert repeats(replaced(PLAIN, w20=one), replaced(PLAIN, w20=one))
    assert not repeats(replaced(PLAIN, w20=one), replaced(PLAIN, w20=other))


def test_figures_in_other_digits_are_the_same_figures() -> None:
    assert repeats(replaced(PLAIN, w20="٢٠٢٠"), replaced(PLAIN, w20="2020"))


@pytest.mark.parametrize(("text", "other", "expected"), [("", "", True), ("خبر", "خبر", True), ("خبر", "نبأ", False)])
def test_texts_shorter_than_a_run_are_compared_whole(text: str, other: str, expected: bool) -> None:
    assert repeats(text, other) == expected


def test_the_sketches_of_repeating_texts_are_found_alike_and_others_are_not() -> None:
    texts = [" ".join(PLAIN), replaced(PLAIN, w10="غير"), " ".join(PLAIN[:45]), " ".join(story(3, 60)), "خبر", ""]
    sketches = np.stack([sketch(text) for text in texts])
    assert sketches.shape == (len(texts), SKETCH_SIZE)
    alike = Alike(sketches)
    assert alike.to(0).tolist() == alike.to(1).tolist() == [0, 1, 2]
    assert [alike.to(place).tolist() for place in (3, 4, 5)] == [[3], [4], [5]]


def test_no_repeating_text_is_overlooked_by_its_sketch() -> None:
    generator = random.Random(0)  # noqa: S311
    overlooked = 0
    for seed in range(200):
        words = [word.rstrip("0123456789") for word in story(seed, 80)]
        changed = replaced(words, **{f"w{third + generator.randrange(22)}": "غير" for third in (0, 26, 52)})
        assert repeats(changed, " ".join(words))
        overlooked += 1 not in Alike(np.stack([sketch(" ".join(words)), sketch(changed)])).to(0)
    assert overlooked == 0
