"""The zip container that Word files and e-books are, opened with care."""

import io
import zipfile
import zlib

from rag.formats.raw_article import FormatError

_MAX_UNPACKED_BYTES = 512 * 1024 * 1024


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The container in ``data``.

    Raises:
        FormatError: it is damaged, or would unpack to more than any article holds.
    """
    # Word writes password-protected files not as zip but in its old container.
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FormatError("protected by a password, or in the old Word format")
    try:
        container = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise FormatError("damaged: its zip container cannot be read") from None
    if sum(entry.file_size for entry in container.infolist()) > _MAX_UNPACKED_BYTES:
        raise FormatError(f"unpacks to more than {_MAX_UNPACKED_BYTES // 1024**2} MB")
    return container


def read_entry(container: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one entry.

    Raises:
        FormatError: the entry is missing, damaged or encrypted.
    """
    try:
        return container.read(name)
    except KeyError:
        raise FormatError(f"damaged: it has no {name!r}") from None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        raise FormatError(f"damaged: {name!r} cannot be unpacked ({type(error).__name__})") from None
