"""A question and a passage are read together: rows are laid out as in training, and spans lie where they say."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Sequence, Split, Whitespace

from rag.cross_encoder import MAX_ANSWER_WORDS, MAX_QUESTION_TOKENS, CrossEncoder, Judgement, open_cross_encoder
from rag.settings import Settings

WORDS = "when did the bridge open in May 1998 it was closed . ? Bridge news".split()
VOCABULARY = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3} | {
    word: number for number, word in enumerate(WORDS, start=4)
}


def words_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer


class Recorder:
    """Token states that are the ids themselves, one number wide; remembers what it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []

    def __call__(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        self.calls.append((ids, mask))
        return ids[:, :, None].astype(np.float32)


def reader_of(states: Recorder, max_tokens: int = 64) -> CrossEncoder:
    # A token counts as start or end by its id: the highest id of the passage is the answer.
    heads = np.array([[1.0], [1.0], [0.5], [-0.5]], dtype=np.float32)
    bias = np.array([0.0, 0.0, 3.0, 4.0], dtype=np.float32)
    return CrossEncoder(states, words_tokenizer(), heads, bias, max_tokens)


def ids(text: str) -> list[int]:
    return [VOCABULARY[word] for word in text.split()]


def test_a_row_is_laid_out_as_question_title_passage() -> None:
    states = Recorder()
    reader_of(states).read("when open ?", [("Bridge news", "it was closed ."), ("", "in May")])
    [(rows, mask)] = states.calls
    first = [0, *ids("when open ?"), 2, 2, *ids("Bridge news"), 2, *ids("it was closed ."), 2]
    second = [0, *ids("when open ?"), 2, 2, *ids("in May"), 2]
    # The shorter row comes first.
    assert rows[1, : len(first)].tolist() == first
    assert rows[0, : len(second)].tolist() == second
    assert mask.sum(axis=1).tolist() == [len(second), len(first)]
    assert set(rows[0, len(second) :].tolist()) == {1}


def test_passages_of_all_lengths_are_judged_in_the_order_they_were_given_with_little_padding() -> None:
    states = Recorder()
    lengths = (40, 1, 17, 3, 30, 2, 25, 9, 1)
    judged = reader_of(states).read("when ?", [("", " ".join(["May"] * length)) for length in lengths])
    assert [len(judgement.starts) for judgement in judged] == list(lengths)
    read = sum(mask.size for _, mask in states.calls)
    assert read < len(lengths) * max(mask.shape[1] for _, mask in states.calls)


def test_the_span_lies_in_the_passage_never_in_question_or_title() -> None:
    [judgement] = reader_of(Recorder()).read("Bridge news ?", [("Bridge news", "the bridge did open in 1998 .")])
    span = judgement.best_span(0, 29)
    assert span is not None
    assert "the bridge did open in 1998 ."[span.start : span.end] == "."  # the highest id of the passage
    assert judgement.offsets[0].tolist() == [0, 3]


def test_logits_are_read_at_the_first_token() -> None:
    [judgement] = reader_of(Recorder()).read("when", [("", "May")])
    assert (judgement.relevance, judgement.answers) == (3.0, 4.0)  # the id of <s> is 0: only the bias is left


def test_a_span_is_looked_for_within_the_sentence_alone() -> None:
    text = "it was closed . in May"
    [judgement] = reader_of(Recorder()).read("when ?", [("", text)])
    first, second = judgement.best_span(0, 15), judgement.best_span(16, len(text))
    assert first is not None
    assert second is not None
    assert (text[first.start : first.end], text[second.start : second.end]) == (".", "May")
    assert first.score > second.score
    assert judgement.best_span(3, 4) is None


def test_a_span_never_ends_before_it_starts_and_is_never_too_long() -> None:
    length = 2 * MAX_ANSWER_WORDS
    offsets = np.array([(place, place + 1) for place in range(length)], dtype=np.int64)
    rising = np.linspace(-5, 0, length, dtype=np.float32)

    def judged(starts: npt.NDArray[np.float32], ends: npt.NDArray[np.float32]) -> Judgement:
        return Judgement(relevance=0.0, answers=0.0, starts=starts, ends=ends, offsets=offsets)

    late_start = judged(rising, rising[::-1]).best_span(0, length)
    assert late_start is not None
    assert late_start.start < late_start.end
    apart = judged(rising[::-1], rising).best_span(0, length)
    assert apart is not None
    assert apart.end - apart.start <= MAX_ANSWER_WORDS


def test_a_sentence_read_in_its_passage_and_by_itself_is_marked_where_both_readings_agree() -> None:
    text = "It was closed. The bridge did open in May 1998."

    def judged(likely: dict[str, float], words: str, start: int = 0) -> Judgement:
        offsets = np.array([(text.index(word) - start, text.index(word) + len(word) - start) for word in words.split()])
        scores = np.array([likely.get(word, -9.0) for word in words.split()], dtype=np.float32)
        return Judgement(relevance=1.0, answers=2.0, starts=scores, ends=scores, offsets=offsets)

    sentence = text.index("The")
    in_passage = judged({"bridge": -1.0, "1998": -1.5}, "It was closed The bridge did open in May 1998")
    alone = judged({"May": -1.0, "1998": -1.5}, "bridge did open in May 1998", sentence)
    both = in_passage.averaged_with(alone, sentence)
    span = both.best_span(sentence, len(text))
    assert span is not None
    assert (text[span.start : span.end], span.score) == ("1998", -3.0)
    assert (both.relevance, both.answers) == (1.0, 2.0)
    assert both.best_span(0, sentence + 3) is None, "words that were not read twice are left out"


def test_the_answer_marked_is_the_one_that_shares_most_with_all_likely_ones() -> None:
    words = "received in the Russian city".split()
    offsets = np.array([(2 * place, 2 * place + 2) for place in range(len(words))])
    # Whether it begins with "the" or "Russian" or is "city" alone is nearly even; that it ends with "city" is sure.
    starts = np.array([-9, -9, -1.2, -1.3, -1.0], dtype=np.float32)
    ends = np.array([-9, -9, -9, -9, -0.1], dtype=np.float32)
    judgement = Judgement(relevance=0.0, answers=0.0, starts=starts, ends=ends, offsets=offsets)
    likeliest, central = judgement.best_span(0, 10), judgement.central_span(0, 10)
    assert likeliest is not None
    assert central is not None
    assert (likeliest.start, likeliest.end) == (8, 10)
    assert (central.start, central.end) == (6, 10)
    assert judgement.central_span(3, 4) is None


def test_a_token_without_letters_is_no_longer_answer_than_none() -> None:
    offsets = np.array([(0, 0), (0, 6), (6, 6)])
    even = np.full(3, -1.1, dtype=np.float32)
    judgement = Judgement(relevance=0.0, answers=0.0, starts=even, ends=even, offsets=offsets)
    central = judgement.central_span(0, 6)
    assert central is not None
    assert (central.start, central.end) == (0, 6)


def test_scores_of_spans_are_log_probabilities() -> None:
    [judgement] = reader_of(Recorder()).read("when ?", [("", "the bridge did open")])
    assert np.exp(judgement.starts).sum() == pytest.approx(1)
    assert np.exp(judgement.ends).sum() == pytest.approx(1)


def test_what_does_not_fit_is_cut_and_nothing_breaks() -> None:
    states = Recorder()
    reader = reader_of(states, max_tokens=128)
    text = " ".join(["bridge"] * 300)
    [judgement] = reader.read(" ".join(["when"] * 200), [("", text)])
    [(rows, mask)] = states.calls
    assert rows.shape[1] <= 128
    assert mask.sum() == 128
    assert len(judgement.offsets) == 128 - MAX_QUESTION_TOKENS - 4
    assert judgement.best_span(len(text) - 6, len(text)) is None


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_passage_has_no_span(text: str) -> None:
    [judgement] = reader_of(Recorder()).read("when ?", [("", text)])
    assert judgement.best_span(0, len(text)) is None


def test_no_passages_are_no_judgements() -> None:
    assert reader_of(Recorder()).read("when ?", []) == []


PASSAGES = [
    ("", "افتتح الجسر في الخامس من مايو 1998، وحضر الافتتاح ثلاثة وزراء."),
    ("", "أغلق المتحف أبوابه بسبب أعمال الترميم التي تستمر حتى نهاية العام."),
    ("", "The museum was closed for repairs until the end of the year."),
]


@pytest.mark.model
def test_the_trained_reader_prefers_the_passage_that_answers_and_points_at_the_answer() -> None:
    reader = open_cross_encoder(Settings())
    for question in ("متى افتتح الجسر؟", "When did the bridge open?"):
        bridge, *others = reader.read(question, PASSAGES)
        assert bridge.relevance > max(other.relevance for other in others)
        assert bridge.answers > max(other.answers for other in others)
        assert bridge.answers > 0 or question.isascii()  # less sure of another language
        span = bridge.best_span(0, len(PASSAGES[0][1]))
        assert span is not None
        assert "1998" in PASSAGES[0][1][span.start : span.end]


@pytest.mark.model
def test_both_engines_read_alike() -> None:
    one, other = (
        open_cross_encoder(Settings(encoder_engine=engine, encoder_precision="float32"))
        for engine in ("openvino", "torch")
    )
    for first, second in zip(
        one.read("متى افتتح الجسر؟", PASSAGES), other.read("متى افتتح الجسر؟", PASSAGES), strict=True
    ):
        assert first.relevance == pytest.approx(second.relevance, abs=0.02)
        assert first.answers == pytest.approx(second.answers, abs=0.02)
        assert np.allclose(first.starts, second.starts, atol=0.05)


@pytest.mark.model
def test_a_passage_is_read_the_same_whatever_stands_beside_it() -> None:
    reader = open_cross_encoder(Settings(encoder_precision="float32"))
    alone = reader.read("متى افتتح الجسر؟", PASSAGES[:1])[0]
    beside = reader.read("متى افتتح الجسر؟", [*PASSAGES, ("", PASSAGES[0][1] * 8)])[0]
    assert alone.relevance == pytest.approx(beside.relevance, abs=1e-3)
    assert np.allclose(alone.ends, beside.ends, atol=1e-3)


def test_an_answer_is_of_whole_words() -> None:
    tokenizer = Tokenizer(WordLevel({**VOCABULARY, "clos": 40, "ed": 41}, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = Sequence([Whitespace(), Split("ed", "isolated")])
    heads = np.array([[1.0], [1.0], [0.0], [0.0]], dtype=np.float32)
    text = "it was closed, then"
    [judgement] = CrossEncoder(Recorder(), tokenizer, heads, np.zeros(4, dtype=np.float32), 64).read("", [("", text)])
    span = judgement.best_span(0, len(text))  # the highest id is that of "ed"
    assert span is not None
    assert text[span.start : span.end] == "closed"


@pytest.mark.parametrize("text", ["שׁלום עולם", "مُحَمَّدٌ هنا", "हिन्दी भाषा", "café noir", "新しい橋", "15-20 كم", ""])
@pytest.mark.model
def test_every_word_stands_once_and_in_order(text: str) -> None:
    [judgement] = open_cross_encoder(Settings()).read("?", [("", text)])
    offsets = judgement.offsets.tolist()
    assert offsets == sorted(offsets)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(offsets))
    assert "".join(text[start:end] for start, end in offsets) == "".join(text.split())
