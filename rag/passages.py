"""``Article`` → ``Passage``s: runs of whole sentences that fit the encoder; only a sentence too long alone is cut."""

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.furniture import furniture_spans
from rag.languages import identify_language
from rag.records import Article, Passage
from rag.sentences import Span, sentence_spans, trim

CountTokens = Callable[[Sequence[str]], list[int]]

# A sentence shorter than this says too little about its language; it is taken to be in the article's.
_MIN_LETTERS_FOR_LANGUAGE = 20
# From clause to word to character: where a sentence that is too long by itself is cut.
_CUTS = ["؛ ", "; ", "، ", ", ", "، ", "，", "、", ": ", " – ", " ", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    start: int
    end: int
    tokens: int
    language: str


def split_article(article: Article, *, count_tokens: CountTokens, max_tokens: int) -> tuple[Passage, ...]:
    """The passages of ``article``, in order and disjoint.

    Together they cover every character that is neither white space nor page furniture, and each is
    ``article.text[start:end]``, holds sentences of one language and has at most ``max_tokens`` tokens.

    Args:
        article: What to split.
        count_tokens: Tokens of each text as the encoder counts them, without prompt and special tokens.
        max_tokens: The most tokens a passage may have; at least 8.
    """
    if max_tokens < 8:
        raise ValueError(f"max_tokens must be at least 8, got {max_tokens}")
    furniture = furniture_spans(article.text)
    line_starts = [0, *(index + 1 for index, character in enumerate(article.text) if character == "\n")]
    passages: list[Passage] = []
    for start, end in _between(furniture, len(article.text)):
        sentences = _measured_sentences(article, start, end, count_tokens, max_tokens)
        for run in _runs_of_one_language(sentences):
            for packed in _pack(run, max_tokens):
                passages.extend(
                    _passage(article, group[0].start, group[-1].end, group[0].language, line_starts)
                    for group in _fitting(packed, article.text, count_tokens, max_tokens)
                )
    return tuple(passages)


def _between(spans: Sequence[Span], length: int) -> Iterator[Span]:
    position = 0
    for start, end in spans:
        if start > position:
            yield position, start
        position = end
    if position < length:
        yield position, length


def _measured_sentences(
    article: Article, start: int, end: int, count_tokens: CountTokens, max_tokens: int
) -> list[_Sentence]:
    text = article.text[start:end]
    spans = sentence_spans(text, article.language)
    counts = count_tokens([text[first:last] for first, last in spans]) if spans else []
    sentences: list[_Sentence] = []
    for (first, last), tokens in zip(spans, counts, strict=True):
        language = _sentence_language(text[first:last], article.language)
        if tokens <= max_tokens:
            sentences.append(_Sentence(start=start + first, end=start + last, tokens=tokens, language=language))
            continue
        for cut_start, cut_end in _cut(text, first, last, count_tokens, max_tokens):
            (size,) = count_tokens([text[cut_start:cut_end]])
            sentences.append(_Sentence(start=start + cut_start, end=start + cut_end, tokens=size, language=language))
    return sentences


def _sentence_language(sentence: str, article_language: str) -> str:
    if sum(character.isalpha() for character in sentence) < _MIN_LETTERS_FOR_LANGUAGE:
        return article_language
    language = identify_language(sentence)
    return article_language if language == "und" else language


def _cut(text: str, start: int, end: int, count_tokens: CountTokens, max_tokens: int) -> Iterator[Span]:
    splitter = RecursiveCharacterTextSplitter(
        separators=_CUTS,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=max_tokens,
        chunk_overlap=0,
        length_function=lambda piece: count_tokens([piece])[0],
    )
    pieces = splitter.split_text(text[start:end])
    if "".join(pieces) != text[start:end]:
        raise AssertionError("the splitter lost text")  # law 1 would be broken further on
    position = start
    for piece in pieces:
        span = trim(text, position, position + len(piece))
        if span is not None:
            yield span
        position += len(piece)


def _runs_of_one_language(sentences: Sequence[_Sentence]) -> Iterator[list[_Sentence]]:
    run: list[_Sentence] = []
    for sentence in sentences:
        if run and sentence.language != run[-1].language:
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _pack(run: Sequence[_Sentence], max_tokens: int) -> Iterator[Sequence[_Sentence]]:
    """The sentences of each passage: as few passages as fit, of lengths as even as can be.

    An even cut matters because a last passage of one short sentence has little to be found by.
    """
    fewest = len(_greedy(run, max_tokens))
    low = max(sentence.tokens for sentence in run)
    limit = low + bisect.bisect_left(range(low, max_tokens), x=True, key=lambda size: len(_greedy(run, size)) <= fewest)
    for first, last in _greedy(run, limit):
        yield run[first : last + 1]


def _fitting(
    group: Sequence[_Sentence], text: str, count_tokens: CountTokens, max_tokens: int
) -> Iterator[Sequence[_Sentence]]:
    """``group``, halved for as long as its text has more tokens than its sentences have one by one.

    What stands between two sentences may be tokens too, and a tokenizer may cut them otherwise where they are together.
    """
    if len(group) == 1 or count_tokens([text[group[0].start : group[-1].end]])[0] <= max_tokens:
        yield group
        return
    middle = len(group) // 2
    yield from _fitting(group[:middle], text, count_tokens, max_tokens)
    yield from _fitting(group[middle:], text, count_tokens, max_tokens)


def _greedy(run: Sequence[_Sentence], limit: int) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    first, total = 0, 0
    for index, sentence in enumerate(run):
        if index > first and total + sentence.tokens > limit:
            groups.append((first, index - 1))
            first, total = index, 0
        total += sentence.tokens
    groups.append((first, len(run) - 1))
    return groups


def _passage(article: Article, start: int, end: int, language: str, line_starts: Sequence[int]) -> Passage:
    return Passage(
        passage_id=f"{article.article_id}#{start}-{end}",
        article_id=article.article_id,
        title=article.title,
        language=language,
        start=start,
        end=end,
        start_line=bisect.bisect_right(line_starts, start),
        end_line=bisect.bisect_right(line_starts, end - 1),
        text=article.text[start:end],
    )
