"""The block of ``key: value`` lines between two ``---`` at the head of a text or Markdown file."""

import re
from collections.abc import Mapping

import yaml  # type: ignore[import-untyped]

_BLOCK = re.compile(r"\A---[ \t]*\n(?P<block>(?:.*\n){1,60}?)---[ \t]*(?:\n|\Z)")
_SIMPLE_LINE = re.compile(r"^(?P<key>\w[\w \-]{0,40}):[ \t]*(?P<value>.*)$")


def split_front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """The stated fields, and the text without them; no fields, and all of the text, where the block is not one.

    Line ends must be "\\n".
    """
    match = _BLOCK.match(text)
    if match is None:
        return {}, text
    fields = _fields(match["block"])
    if not fields:
        return {}, text
    return fields, text[match.end() :]


def _fields(block: str) -> Mapping[str, object]:
    try:
        loaded = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        # Headlines hold colons ("Sochi: the talks"), which YAML wants quoted and people do not quote.
        return _simple_fields(block)
    if not isinstance(loaded, dict):
        return {}
    return {str(key): value for key, value in loaded.items()}


def _simple_fields(block: str) -> Mapping[str, object]:
    matches = [_SIMPLE_LINE.match(line) for line in block.splitlines() if line.strip()]
    if not all(matches):
        return {}
    return {match["key"].strip(): match["value"].strip().strip("\"'") for match in matches if match is not None}
