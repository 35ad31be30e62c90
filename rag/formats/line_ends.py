"""One kind of line end, so that lines count the same everywhere."""

_LINE_ENDS = ("\r\n", "\r", "\f", "\v", "\x85", "\u2028", "\u2029")


def with_plain_line_ends(text: str) -> str:
    """``text`` with "\\n" for every kind of line end."""
    for line_end in _LINE_ENDS:
        text = text.replace(line_end, "\n")
    return text
