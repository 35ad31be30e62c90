"""A quotation as others cite it: in words, in APA's style, as a BibTeX entry, and as a lasting link."""

import re
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded

from rag.records import Article
from rag.web.strings import STRINGS
from rag.web.wording import date

_BIBTEX_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\n": " ",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """One quotation's references; ``link`` is relative to the page's address, and the others hold it as ``{link}``."""

    plain: str
    apa: str
    bibtex: str
    link: str


def references(article: Article, start: int, end: int, *, reader_language: str) -> References:
    """The references of ``article.text[start:end]``, worded in the reader's language."""
    strings = STRINGS[reader_language]
    quote = " ".join(article.text[start:end].split())
    published = date(article.published, reader_language) or strings.undated
    year_first = article.published.strftime("%Y, %B %-d") if article.published else "n.d."
    return References(
        plain=f"«{quote}»\n{article.title} ({published}). {article.article_id}\n{{link}}",
        apa=f"{article.title}. ({year_first}). [{article.article_id}]. Masdar. {{link}}",
        bibtex=_bibtex(article, quote),
        link=permanent_link(article.article_id, start, end),
    )


def permanent_link(article_id: str, start: int, end: int) -> str:
    """The address, relative to the page, that opens the article exactly there."""
    return f"?cite={percent_encoded(article_id, safe='/')}:{start}-{end}"


def _bibtex(article: Article, quote: str) -> str:
    stem = re.sub(r"\W+", "-", article.article_id.rsplit("/", 1)[-1].rsplit(".", 1)[0], flags=re.ASCII).strip("-")
    key = f"{stem or 'article'}{article.published.year if article.published else ''}"
    fields = {"title": article.title, "note": f"«{quote}»", "howpublished": article.article_id}
    if article.published:
        fields |= {"date": article.published.isoformat(), "year": str(article.published.year)}
    if article.language != "und":
        fields["langid"] = article.language
    lines = "".join(f"  {name} = {{{text.translate(_BIBTEX_SPECIAL)}}},\n" for name, text in fields.items())
    return f"@misc{{{key},\n{lines}  url = {{{{link}}}}\n}}"
