"""Text → HTML that shows it and can do nothing else: the only way into the page for what was not written in here."""

import re
from collections.abc import Callable

# What stands between quotation marks, as titles do in the assistant's own words.
QUOTED = re.compile("(?<=[«“„])[^»”“]+(?=[»”“])")
# Gradio reads messages as Markdown: as entities, none of its signs, nor a blank line, can mean anything.
_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'`\\*_{}[]()#!|~$:@\n\r\t"} | {0: ""}


def literal(text: str) -> str:
    """``text`` for an element or a quoted attribute, in a Markdown message too."""
    return text.translate(_ENTITIES)


def path_html(article_id: str) -> str:
    """An article's path, which reads from its folder to its ending in a page of either direction."""
    # Each part by itself: else a folder and a file name in Arabic would change places around the slash.
    parts = "/".join(f'<bdi dir="ltr">{literal(part)}</bdi>' for part in article_id.split("/"))
    return f'<bdi dir="ltr" class="path">{parts}</bdi>'


def isolated(text: str, write: Callable[[str], str] = literal) -> str:
    """``text`` as ``write`` escapes it, with each title quoted in it kept in its own direction."""
    parts, end = [], 0
    for quoted in QUOTED.finditer(text):
        parts += [write(text[end : quoted.start()]), f"<bdi>{write(quoted[0])}</bdi>"]
        end = quoted.end()
    return "".join(parts) + write(text[end:])
