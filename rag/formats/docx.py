"""``.docx``: a Word document's paragraphs and tables in their order."""

import io
from collections.abc import Iterator

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from rag.formats.raw_article import FormatError, RawArticle
from rag.formats.zip_container import open_zip, read_entry

_MAIN_PART = "word/document.xml"


def read(data: bytes) -> Iterator[RawArticle]:
    """The one article of a Word document.

    Its own "created" and "modified" times are when the file was made, so they state no publication date.

    Raises:
        FormatError: the document is damaged.
    """
    with open_zip(data) as container:
        read_entry(container, "[Content_Types].xml")
    try:
        document = Document(io.BytesIO(data))
        blocks = list(document.iter_inner_content())
        properties = document.core_properties
    except Exception as error:  # python-docx lets many kinds of error out of its XML and zip layers
        raise FormatError(f"damaged: not a Word document ({type(error).__name__})") from None
    titled = next((block.text for block in blocks if isinstance(block, Paragraph) and _is_title(block)), "")
    yield RawArticle(
        title=" ".join((titled or properties.title or "").split()),
        text="\n".join(line for block in blocks for line in _lines(block)),
        language=properties.language or "",
    )


def _is_title(paragraph: Paragraph) -> bool:
    style = paragraph.style
    return style is not None and style.name in ("Title", "Heading 1") and bool(paragraph.text.strip())


def _lines(block: Paragraph | Table) -> Iterator[str]:
    if isinstance(block, Paragraph):
        if block.text.strip():
            yield block.text
        return
    for row in block.rows:
        # Merged cells come once for each column they span.
        cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)
        if line := " | ".join(cell for cell in cells if cell):
            yield line
