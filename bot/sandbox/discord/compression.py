"""The two transport compressions of the gateway: one stream a connection, one flush a message."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from typing import Any

Compress = Callable[[bytes], bytes]


class NoSuchCompression(ValueError):
    """Asked for a compression that is unknown, or whose library is not installed."""


def stream(name: str | None) -> Compress | None:
    """What turns a payload into one binary frame; None for plain text frames."""
    match name:
        case None | "":
            return None
        case "zlib-stream":
            deflate = zlib.compressobj()
            return lambda data: deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)
        case "zstd-stream":
            return _zstd()
        case _:
            raise NoSuchCompression(f"unknown compression {name!r}")


def _zstd() -> Compress:
    try:
        zstandard: Any = importlib.import_module("zstandard")
    except ImportError as error:
        raise NoSuchCompression("zstd-stream needs the zstandard package on this side too") from error
    packer = zstandard.ZstdCompressor().compressobj()

    def compress(data: bytes) -> bytes:
        packed: bytes = packer.compress(data) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        return packed

    return compress
