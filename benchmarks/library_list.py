"""How long the library's list takes over many articles: the first page of a new index, and then searches and filters.

    python -m benchmarks.library_list --articles 100000

Made-up articles of about 2,000 characters are written into a generation of an index in a temporary folder, as a build
does. Times are CPU milliseconds of one core; for searches the median and the longest of the kinds below, repeated.
"""

import argparse
import datetime
import functools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from rag.records import Article, ArticleSummary, Passage
from rag.store import GenerationWriter, Store, StoredFile
from rag.web.library_list import LibraryList, ListQuery

_DAY = datetime.date(2000, 1, 1)
_TEXT = "ذكرت البلدية أن أعمال الميناء تتقدم كما هو مقرر، وأن السكان سيُبلّغون بكل جديد. " * 25
_QUERIES: dict[str, ListQuery] = {
    "no filter": ListQuery(),
    "one word": ListQuery(search="الميناء"),
    "two words": ListQuery(search="تقرير 99999"),
    "language": ListQuery(language="en"),
    "dates": ListQuery(since=datetime.date(2010, 1, 1), until=datetime.date(2011, 1, 1)),
    "by title, last page": ListQuery(order="title", offset=10**9),
    "all of them": ListQuery(search="تقرير", language="ar", since=_DAY, order="characters"),
}


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), options.articles)
        store = Store.open(Path(folder))
        listed = LibraryList(cast(Any, _Sources(store)))
        first = _milliseconds(lambda: listed.page(ListQuery(), "ar"))
        print(f"{options.articles:,} articles\n\n| | CPU ms, median | longest |\n|---|---|---|")
        print(f"| first page of an index | {first:.0f} | |")
        for name, query in _QUERIES.items():
            page = functools.partial(listed.page, query, "ar")
            times = [_milliseconds(page) for _ in range(options.repeats)]
            print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |")
        store.close()


class _Sources:
    def __init__(self, store: Store) -> None:
        self._store = store

    def sources(self) -> tuple[ArticleSummary, ...]:
        return self._store.summaries()


def _milliseconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started)


def _write(index_dir: Path, count: int) -> None:
    index_dir.mkdir(exist_ok=True)
    with GenerationWriter(index_dir) as writer:
        for number in range(count):
            article = _article(number)
            stored = StoredFile(
                file_id=article.article_id, sha256="", articles=(article,), furniture_lines=(0,), skipped=()
            )
            writer.add_file(stored)
            writer.add_passages([(_passage(article), number.to_bytes(32, "big"))])
        writer.commit(fingerprint="none", recipe="none", dimensions=1)


def _article(number: int) -> Article:
    return Article(
        article_id=f"أرشيف/{number % 100}/{number}.txt",
        title=f"تقرير {number} عن أعمال الميناء",
        language="en" if number % 5 == 0 else "ar",
        text=_TEXT + str(number),
        sha256="",
        published=None if number % 7 == 0 else _DAY + datetime.timedelta(days=number % 9000),
    )


def _passage(article: Article) -> Passage:
    return Passage(
        passage_id=article.article_id,
        article_id=article.article_id,
        title=article.title,
        language=article.language,
        start=0,
        end=80,
        start_line=1,
        end_line=1,
        text=article.text[:80],
    )


if __name__ == "__main__":
    main()
