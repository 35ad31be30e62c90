"""Of every format: a damaged file is read or refused, and no library is loaded before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest
from format_files import ARABIC, FRENCH, HEBREW, PDF_LINES, RUSSIAN, arabic_pdf, book, page, word_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.formats import READERS, FormatError, LeftOut, RawArticle


def test_no_format_loads_its_library_before_a_file_of_it_is_read() -> None:
    code = (
        "import sys; import rag.formats, rag.articles, rag.duplicates, rag.furniture; "
        "libraries = ('trafilatura', 'pdfminer', 'docx', 'lxml', 'datasketch', 'dateparser', 'yaml'); "
        "print([name for name in libraries if name in sys.modules])"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("suffix", sorted(READERS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_bytes_changed_is_read_or_refused_but_breaks_nothing(suffix: str, data: st.DataObject) -> None:
    good = bytearray(WHOLE_FILES[suffix])
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(1, len(good)))
    try:
        articles = list(READERS[suffix](bytes(good[:length])))
    except FormatError:
        return
    assert all(isinstance(article, (RawArticle, LeftOut)) for article in articles)


WHOLE_FILES = {
    ".txt": f"---\ntitle: T\n---\n{ARABIC}".encode(),
    ".md": f"# T\n\n{ARABIC}\n\n| a | b |\n|---|---|\n| c | d |\n".encode(),
    ".html": page("utf-8"),
    ".htm": page("windows-1256"),
    ".pdf": arabic_pdf(PDF_LINES[:1]),
    ".docx": word_file(),
    ".epub": book(),
    ".csv": f"title,text,date\nT,{FRENCH},2022-05-12\nU,{RUSSIAN},\n".encode(),
    ".jsonl": f'{{"title": "T", "text": "{HEBREW}"}}\n{{"text": "x"}}\n'.encode(),
}
