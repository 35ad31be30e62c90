"""``.epub``: an e-book's chapters in reading order, as one article."""

import datetime
import posixpath
import urllib.parse
import zipfile
from collections.abc import Iterator

from lxml import etree, html  # type: ignore[import-untyped]

from rag.formats.dates import parse_date
from rag.formats.markup_text import text_of_element
from rag.formats.raw_article import FormatError, RawArticle
from rag.formats.text_encoding import decode
from rag.formats.zip_container import open_zip, read_entry

_NAMESPACES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "o": "http://www.idpf.org/2007/opf",
    "d": "http://purl.org/dc/elements/1.1/",
    "e": "http://www.w3.org/2001/04/xmlenc#",
}
_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"


def read(data: bytes) -> Iterator[RawArticle]:
    """The one article of an e-book.

    Raises:
        FormatError: the book is damaged, or locked by digital rights management.
    """
    with open_zip(data) as container:
        package_path = _first(_xml(container, _CONTAINER), "string(//c:rootfile/@full-path)")
        if not package_path:
            raise FormatError("damaged: the book does not say where its contents are")
        package = _xml(container, package_path)
        chapters = _chapter_paths(package, posixpath.dirname(package_path))
        if _encrypted_paths(container) & set(chapters):
            raise FormatError("locked by digital rights management")
        texts = [_chapter_text(read_entry(container, path)) for path in chapters]
    yield RawArticle(
        title=_first(package, "string(//o:metadata//d:title[1])"),
        text="\n\n".join(text for text in texts if text),
        published=_published(package),
        language=_first(package, "string(//o:metadata//d:language[1])"),
    )


def _xml(container: zipfile.ZipFile, path: str) -> etree._Element:
    # No entities and no network: a book is a stranger's file.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(read_entry(container, path), parser)
    if root is None:
        raise FormatError(f"damaged: {path!r} is not XML")
    return root


def _first(root: etree._Element, path: str) -> str:
    return " ".join(str(root.xpath(path, namespaces=_NAMESPACES)).split())


def _chapter_paths(package: etree._Element, folder: str) -> list[str]:
    items = {
        item.get("id"): item
        for item in package.xpath("//o:manifest/o:item", namespaces=_NAMESPACES)
        if "html" in (item.get("media-type") or "") and "nav" not in (item.get("properties") or "").split()
    }
    order = package.xpath("//o:spine/o:itemref[not(@linear='no')]/@idref", namespaces=_NAMESPACES)
    links = (items[name].get("href") or "" for name in order if name in items)
    return [posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(link))) for link in links]


def _encrypted_paths(container: zipfile.ZipFile) -> set[str]:
    if _ENCRYPTION not in container.namelist():
        return set()
    links = _xml(container, _ENCRYPTION).xpath("//e:CipherReference/@URI", namespaces=_NAMESPACES)
    return {posixpath.normpath(urllib.parse.unquote(link)) for link in links}


def _chapter_text(data: bytes) -> str:
    markup = decode(data).encode("utf-8")
    if not markup.strip():
        return ""
    tree = html.document_fromstring(markup, parser=html.HTMLParser(encoding="utf-8"))
    return text_of_element(tree)


def _published(package: etree._Element) -> datetime.date | None:
    # EPUB 2 may give several dates, each with its event; one without an event is the publication's.
    for date in package.xpath("//o:metadata//d:date", namespaces=_NAMESPACES):
        if date.get(f"{{{_NAMESPACES['o']}}}event", "publication") == "publication":
            return parse_date(date.text or "")
    return None
