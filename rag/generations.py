"""The index on disk, a generation at a time: written beside the old one, verified, swapped in by one rename.

    index_dir/
        CURRENT               name of the generation in use; replaced atomically, after all else is on disk
        generation-<time>-<pid>/
            manifest.json     format, fingerprint, counts, the SHA-256 and size of every other file, and its own
            corpus.sqlite     files, articles, passages
            encoded.npy       passage vectors as the encoder gave them, float16; row i is passage i
            vectors.faiss     the vectors that are searched, made fair between languages
            moments.npz       their mean and second moment
            lexical/          BM25 over the same rows

A build that dies leaves a folder that CURRENT does not name; the next build removes it. Nothing here is a pickle.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock

from rag.errors import IndexCorrupt, IndexLocked, IndexStateError

FORMAT = 3
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
CORPUS = "corpus.sqlite"
VECTORS = "vectors.faiss"
ENCODED = "encoded.npy"
MOMENTS = "moments.npz"
LEXICAL = "lexical"
_PREFIX = "generation-"
_SEAL = "manifest_sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation holds. ``fingerprint`` names the encoder; an index with another one is stale."""

    format: int
    fingerprint: str
    recipe: str
    articles: int
    passages: int
    dimensions: int
    built_at: str
    files: dict[str, tuple[int, str]]


def new_generation(index_dir: Path) -> Path:
    """A new, empty folder for a generation; it counts for nothing until ``publish``."""
    folder = index_dir / f"{_PREFIX}{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{time.monotonic_ns():x}"
    folder.mkdir(parents=True)
    return folder


def publish(folder: Path, *, fingerprint: str, recipe: str, articles: int, passages: int, dimensions: int) -> None:
    """Put all files of the generation on disk, read them back, and make it the one in use.

    Raises:
        IndexCorrupt: what was read back is not what was written; the old generation stays in use.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in _files_below(folder))
    manifest = Manifest(
        format=FORMAT,
        fingerprint=fingerprint,
        recipe=recipe,
        articles=articles,
        passages=passages,
        dimensions=dimensions,
        built_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        files={name: _size_and_digest(folder / name) for name in names},
    )
    values = asdict(manifest)
    (folder / MANIFEST).write_text(json.dumps({**values, _SEAL: _seal(values)}, indent=1), encoding="utf-8")
    for path in _files_below(folder):
        _flush_to_disk(path)
    _flush_to_disk(folder)
    verify(folder, read_manifest(folder))
    index_dir = folder.parent
    temporary = index_dir / f".{CURRENT}-{os.getpid()}"
    temporary.write_text(folder.name + "\n", encoding="utf-8")
    _flush_to_disk(temporary)
    temporary.replace(index_dir / CURRENT)
    _flush_to_disk(index_dir)
    remove_leftovers(index_dir)


def current_generation(index_dir: Path) -> str | None:
    """Name of the generation in use, or None where there is none, or none can be told."""
    try:
        name = (index_dir / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name.startswith(_PREFIX) and "/" not in name else None


def remove_leftovers(index_dir: Path) -> None:
    """Remove every generation but the one in use: older ones, and those of builds that died."""
    name = current_generation(index_dir)
    for file in index_dir.glob(f".{CURRENT}-*"):
        file.unlink(missing_ok=True)
    for folder in index_dir.glob(f"{_PREFIX}*"):
        if folder.name != name:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def build_lock(index_dir: Path) -> Iterator[None]:
    """Held while building: two builds of one index at once would waste each other's work.

    Raises:
        IndexLocked: another process has held it for ten seconds.
        IndexStateError: the folder cannot be made.
    """
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexStateError(
            f"The index folder {str(index_dir)!r} cannot be made ({error.strerror}). Name another one with --index."
        ) from None
    lock = filelock.FileLock(index_dir / ".lock", timeout=10)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise IndexLocked(f"Another process is building {index_dir}. Wait for it to finish, then try again.") from None
    try:
        yield
    finally:
        lock.release()


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seal(values: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _size_and_digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexCorrupt: it is damaged or missing.
    """
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if values.pop(_SEAL) != _seal(values):
            raise ValueError(_SEAL)
        files = {name: (int(size), str(digest)) for name, (size, digest) in values.pop("files").items()}
        return Manifest(**values, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise IndexCorrupt(f"{folder.name}/{MANIFEST} is damaged or missing. Build the index again.") from None


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file of a generation with the manifest.

    Raises:
        IndexCorrupt: a file is missing or its checksum differs; the message names it.
    """
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise IndexCorrupt(f"{folder.name}/{name} is missing. Build the index again.")
        if path.stat().st_size != expected[0] or _size_and_digest(path) != expected:
            raise IndexCorrupt(f"{folder.name}/{name} is damaged (its checksum differs). Build the index again.")
