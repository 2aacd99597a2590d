"""How much a picture and an archive may cost. Values only; `bot.settings` may build others."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
MEGAPIXEL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one picture may be. Bytes for `size`, pixels for the rest.

    There are three pixel limits because decoders differ in what a pixel costs them:

    - `sequential_jpeg_pixels`: a JPEG of one scan is read at an eighth of its size, whatever that is, so phones'
      48 and 50 MP modes are welcome.
    - `pixels`: PNG, GIF, BMP, TIFF (4 to 8 bytes a pixel at the peak) and JPEGs of several scans, whose
      coefficients are all held at once (3 to 6 bytes a pixel).
    - `costly_pixels`: WebP, HEIC and AVIF, whose decoders hold several whole copies (9 to 16 bytes a pixel).
    """

    size: int = 30 * MIB
    sequential_jpeg_pixels: int = 64 * MEGAPIXEL
    pixels: int = 40 * MEGAPIXEL
    costly_pixels: int = 25 * MEGAPIXEL
    shortest_side: int = 256
    """A picture with a shorter side than this is too small to learn from."""
    longest_side: int = 4096
    """What leaves is scaled down to this."""
    frames: int = 500
    """Only the first frame is used; a file with more than this many is refused before its frames are walked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What a zip may hold. Bytes, measured on what comes out of it, except `size` (the zip itself)."""

    size: int = 512 * MIB
    members: int = 50
    member_size: int = 30 * MIB
    total_size: int = 512 * MIB
    ratio: int = 200
    """Unpacked over packed bytes, judged once a member has given a MiB. Pictures stay far below; bombs near 1000."""
    directory_size: int = MIB
    """The zip's own table of contents: about 10,000 entries."""
