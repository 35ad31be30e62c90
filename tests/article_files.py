"""A file written on the spot and read as an article."""

from pathlib import Path

from rag.articles import FileReading, SourceFile, read_file
from rag.records import Article

BODY = "أعلن وزير النقل أن القطار السريع سيبدأ رحلاته في مطلع العام المقبل. وأضاف أن الرحلة ستستغرق ساعتين."


def read(path: Path, name: str = "", max_megabytes: float = 50) -> FileReading:
    return read_file(SourceFile(path=path, article_id=name or path.name), max_megabytes=max_megabytes)


def article_of(folder: Path, text: str | bytes, name: str = "a.txt") -> Article:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    reading = read(path)
    assert reading.skipped == ()
    [article] = reading.articles
    return article
