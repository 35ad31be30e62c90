"""What state an index is in: in step with its folder of articles, behind it, missing or damaged."""

from dataclasses import dataclass

from rag import articles, indexer
from rag.errors import IndexMissing, IndexStale, IndexStateError
from rag.settings import Settings
from rag.store import Store

OTHER_RECIPE = "was made with other settings or by another version of Masdar"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexInfo:
    """The state of an index: "ready", "stale", "missing" or "corrupt", and the facts behind it, a line each."""

    state: str
    index_dir: str
    articles: int
    passages: int
    details: tuple[str, ...]


def index_info(settings: Settings) -> IndexInfo:
    """The state of the index, without loading the encoder."""
    try:
        store = Store.open(settings.index_dir)
    except IndexMissing as error:
        return _broken("missing", settings, error)
    except IndexStale as error:
        return _broken("stale", settings, error)
    except IndexStateError as error:
        return _broken("corrupt", settings, error)
    try:
        manifest = store.manifest
        behind = differences(settings, store)
        details = [
            f"articles: {manifest.articles}",
            f"passages: {manifest.passages}",
            f"built at: {manifest.built_at}",
            f"encoder: {manifest.fingerprint}",
            f"page furniture: {store.furniture_lines()} lines set aside",
            *(f"duplicate: {item.article_id} of {item.duplicate_of}" for item in store.duplicates()),
            *(f"skipped: {name}: {reason}" for name, reason in store.skipped()),
            *behind,
        ]
        return IndexInfo(
            state="stale" if behind else "ready",
            index_dir=str(settings.index_dir),
            articles=manifest.articles,
            passages=manifest.passages,
            details=tuple(details),
        )
    finally:
        store.close()


def _broken(state: str, settings: Settings, error: IndexStateError) -> IndexInfo:
    return IndexInfo(state=state, index_dir=str(settings.index_dir), articles=0, passages=0, details=(str(error),))


def differences(settings: Settings, store: Store) -> tuple[str, ...]:
    """In what the index is behind its folder, in words; empty where it is not, or where there is no folder to see.

    Only files whose size or times are not those of the last build are read.
    """
    if not settings.data_dir.is_dir():
        return ()
    if store.manifest.recipe != indexer.recipe_of(settings):
        return (f"the index {OTHER_RECIPE}; build it again",)
    found, _ = articles.find_files(settings.data_dir)
    digests, stamps = store.files(), store.stamps()
    now = {source.article_id: source for source in found}
    added = sum(name not in digests for name in now)
    removed = sum(name not in now for name in digests)
    changed = sum(name in digests and _changed(source, stamps[name], digests[name]) for name, source in now.items())
    if not added + removed + changed:
        return ()
    return (f"the index is stale: {added} files added, {changed} changed, {removed} removed since; build it again",)


def _changed(source: articles.SourceFile, stamp: str, digest: str) -> bool:
    if stamp and indexer.stamp_of(source) == stamp:
        return False
    return indexer.digest_of(source) != digest
