"""Files as this package reads and writes them: looked into without being loaded, replaced in one step."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.pictures.formats import Data


@contextmanager
def mapped(path: Path) -> Iterator[Data]:
    """The file's bytes, paged in as they are touched. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def write_atomically(target: Path, data: bytes | memoryview) -> None:
    """`target` holds all of `data`, also after a power cut, or what it held before. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
