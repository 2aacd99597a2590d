"""What a file is, told by its first bytes. A file's name or declared type is never asked."""

from __future__ import annotations

from enum import StrEnum

HEAD = 256
"""How many leading bytes `kind_of` and `seen_in` want; fewer are fine, more are ignored."""

_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"mif1", b"msf1"})
_BMP_HEADER_SIZES = frozenset({12, 40, 52, 56, 64, 108, 124})
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_OTHERS = (
    (b"%PDF-", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"8BPS", "psd"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL ", "jxl"),
    (b"\x00\x00\x00\x0cjP  ", "jp2"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"qoif", "qoi"),
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
)


class Kind(StrEnum):
    """The formats that are recognised. All but ZIP are accepted as pictures."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    HEIC = "heic"
    AVIF = "avif"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    ZIP = "zip"

    @property
    def content_type(self) -> str:
        """The media type, for an HTTP header."""
        return "application/zip" if self is Kind.ZIP else f"image/{self.value}"


def kind_of(head: bytes) -> Kind | None:
    """The format that `head` (the first `HEAD` bytes of a file) begins, or None. Never raises."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Kind.GIF
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return Kind.TIFF
    if head.startswith(_ZIP_STARTS):
        return Kind.ZIP
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return Kind.BMP
    if head[4:8] == b"ftyp":
        return _heif_kind(head)
    return None


def seen_in(head: bytes) -> str | None:
    """A word for content that is no accepted picture ("text", "pdf", "mp4", "zip", …), or None if unknown."""
    kind = kind_of(head)
    if kind is not None:
        return kind.value
    if not head:
        return "empty"
    if head[4:8] == b"ftyp":
        return "mp4"
    for start, word in _OTHERS:
        if head.startswith(start):
            return word
    return _text_in(head[:HEAD])


def _heif_kind(head: bytes) -> Kind | None:
    """AVIF or HEIC by the brands of an ISO base media file: the major one, then the compatible ones."""
    end = min(int.from_bytes(head[:4], "big"), HEAD, len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
    if brands[0] in _AVIF_BRANDS:
        return Kind.AVIF
    if brands[0] in _HEVC_BRANDS:
        return Kind.HEIC
    if brands[0] not in _HEIF_BRANDS:
        return None
    return Kind.AVIF if _AVIF_BRANDS.intersection(brands) else Kind.HEIC


def _text_in(head: bytes) -> str | None:
    text = head.decode("utf-8", errors="ignore")
    if len(text.encode()) < len(head) - 3 or any(ord(c) < 32 and c not in "\t\n\r\f" for c in text):
        return None
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in start):
        return "svg"
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    return "text"
