"""HTML files that stand alone, beside the page: what they look like, and that they can fetch nothing."""

import base64
import hashlib
from html import escape

from rag.languages import is_right_to_left

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5b646d; --line: #d9dde1; --paper: #fff; --mark: #0b6e63; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #9aa4ae; --line: #353c43; --paper: #16191c; --mark: #6fd0c2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.75; font-size: 1.0625rem;
  font-family: "IBM Plex Sans Arabic", "Noto Sans Arabic", "Segoe UI", Tahoma, "Noto Sans", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.4; margin: 0 0 .25rem; text-align: start; }
h2 { font-size: 1.15rem; line-height: 1.5; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line);
  text-align: start; white-space: pre-line; }
p { margin: .5rem 0; text-align: start; white-space: pre-line; }
a { color: var(--mark); }
.made, .note, .facts { color: var(--soft); font-size: .9rem; }
.brief { font-size: 1.2rem; }
.differ { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; break-inside: avoid; }
.number { font-size: .8em; text-decoration: none; padding: 0 .15em; }
ol { padding: 0; margin: 1rem 0; list-style: none; }
ol > li { display: grid; grid-template-columns: 2.25rem 1fr; margin: 0 0 1.25rem; break-inside: avoid; }
ol > li > .number { color: var(--mark); font-size: 1em; }
blockquote { margin: .25rem 0; padding-inline-start: .75rem; border-inline-start: 3px solid var(--line);
  white-space: pre-line; text-align: start; }
.facts { display: flex; flex-wrap: wrap; gap: 0 1rem; }
form { max-width: 22rem; margin: 15vh auto 0; }
input, button { font: inherit; color: inherit; background: none; border: 1px solid var(--soft); border-radius: .5rem;
  padding: .5rem .75rem; width: 100%; margin-top: .25rem; }
button { background: var(--mark); border-color: var(--mark); color: var(--paper); cursor: pointer; }
[role=alert] { color: #b3261e; } @media (prefers-color-scheme: dark) { [role=alert] { color: #ffb4ab; } }
@page { size: A4; margin: 20mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --mark: #000; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2 { break-after: avoid; } p, blockquote { orphans: 3; widows: 3; } .screen { display: none; } }
"""


def document(title: str, language: str, body: str, *, script: str = "") -> str:
    """A whole HTML file around ``body``; it can fetch nothing, and runs no script but ``script``."""
    direction = "rtl" if is_right_to_left(language) else "ltr"
    runs = f"; script-src 'sha256-{_digest(script)}'" if script else ""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta http-equiv="content-security-policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{runs}\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{plain(title)}</title><style>{_STYLE}</style>{f'<script>{script}</script>' if script else ''}"
        f"</head><body><main>{body}</main></body></html>\n"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def plain(text: str) -> str:
    """``text`` for an element or a quoted attribute."""
    return escape(text.replace("\0", ""), quote=True)
