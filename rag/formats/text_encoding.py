"""Bytes → text, or a refusal: text is never guessed from bytes that do not read as any language's."""

import codecs
import itertools
import re
import unicodedata

import chardet

from rag.formats.raw_article import FormatError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8_SEQUENCE = re.compile(rb"[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF4][\x80-\xBF]{3}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SCRIPTS = tuple(
    re.compile(letters)
    for letters in (
        r"[A-Za-z\u00AA-\u024F\u1E00-\u1EFF]",
        r"[\u0400-\u052F]",
        r"[\u0370-\u03FF]",
        r"[\u0590-\u05FF]",
        r"[\u0600-\u06FF]",
    )
)
_PUNCTUATION = frozenset("\n\r\t.,;:!?-()[]\"'«»“”‘’،؛؟…–—/%&@#")

_SAMPLE_BYTES = 65_536
_MAX_CONTROL_SHARE = 0.001
_MAX_MIXED_WORD_SHARE = 0.1
_MIN_TEXT_SHARE = 0.7


def decode(data: bytes, *, declared: str = "") -> str:
    """The text of ``data``, without its byte order mark.

    A byte order mark decides, then ``declared`` (the encoding a format states about itself, if it holds), then
    strict UTF-8, then UTF-16 without a mark, then detection among the older encodings.

    Raises:
        FormatError: the bytes are damaged, or are no text in any encoding known here.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if declared and (text := _try(data, declared)) is not None:
        return text
    if b"\0" in data:
        return _utf16_without_mark(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _older_encoding(data, error)
    if _control_share(text) > _MAX_CONTROL_SHARE:
        raise FormatError("not text: it holds control characters")
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(f"not decodable: damaged {encoding.upper()} at byte {error.start}") from None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return text if _reads_as_text(text) else None


def _utf16_without_mark(data: bytes) -> str:
    readings = [text for encoding in ("utf-16-le", "utf-16-be") if (text := _try(data, encoding)) is not None]
    # The wrong byte order turns spaces and line ends into rare letters, so the right one has more of them.
    readings.sort(key=lambda text: sum(text.count(character) for character in " \n"), reverse=True)
    if not readings or not any(character in readings[0] for character in " \n"):
        raise FormatError("not text: it holds zero bytes and is not UTF-16")
    return readings[0]


def _older_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    # Older encodings hardly ever form UTF-8 sequences by chance: many of them mean UTF-8 with a damaged byte,
    # which any one-byte encoding would "decode" into nonsense.
    sequences = len(_UTF8_SEQUENCE.findall(data))
    stray = sum(byte >= 0x80 for byte in _UTF8_SEQUENCE.sub(b"", data))
    if sequences > stray:
        raise FormatError(f"not decodable: damaged UTF-8 at byte {error.start}")
    encoding = chardet.detect(data[:_SAMPLE_BYTES])["encoding"]
    text = _try(data, encoding) if encoding else None
    if text is None:
        raise FormatError("not decodable: neither UTF-8 nor an older encoding in which it reads as text")
    return text


def _control_share(text: str) -> float:
    controls = sum(unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs") for character in text)
    return (controls - sum(text.count(character) for character in "\n\r\t\f")) / max(1, len(text))


def _reads_as_text(text: str) -> bool:
    sample = text[:_SAMPLE_BYTES]
    if _control_share(sample) > _MAX_CONTROL_SHARE:
        return False
    # Plain characters of writing: letters, their marks, digits, spaces, ordinary punctuation.
    plain = sum(unicodedata.category(character)[0] in "LMNZ" or character in _PUNCTUATION for character in sample)
    if plain < _MIN_TEXT_SHARE * len(sample):
        return False
    words = _WORD.findall(sample)
    mixed = sum(_is_mixed(word) for word in words)
    return mixed <= max(1, _MAX_MIXED_WORD_SHARE * len(words))


def _is_mixed(word: str) -> bool:
    """A word of two scripts, or with a capital after a small letter: what a wrong encoding makes of words."""
    scripts = sum(pattern.search(word) is not None for pattern in _SCRIPTS)
    return scripts > 1 or any(one.islower() and other.isupper() for one, other in itertools.pairwise(word))
