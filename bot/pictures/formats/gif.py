"""GIF by its blocks: the first picture is kept, with the palette and the transparency that it needs."""

from __future__ import annotations

import struct

from bot.pictures.formats.anatomy import Anatomy, Damaged, Data, Measure

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL = 0xF9
_MOST_BLOCKS = 20_000


def measure(data: Data, *, frames: int) -> Measure:
    """The screen, or more where a frame reaches beyond it; frames are counted to one past `frames`."""
    width, height = struct.unpack_from("<HH", data, 6)
    at, counted = _first_block(data), 0
    for _ in range(_MOST_BLOCKS):
        if at >= len(data) or data[at] == _TRAILER or counted > frames:
            break
        if data[at] == _IMAGE:
            left, top, across, down = struct.unpack_from("<HHHH", data, at + 1)
            width, height = max(width, left + across), max(height, top + down)
            counted += 1
        at = _block_end(data, at)
    else:
        raise Damaged("too many blocks")
    if not counted:
        raise Damaged("no picture in it")
    return Measure(width, height, counted)


def dissect(data: Data) -> Anatomy:
    """Header, palette, the graphic control before the first picture, that picture, the end."""
    at = _first_block(data)
    pieces = [data[:at]]
    control = b""
    for _ in range(_MOST_BLOCKS):
        end = _block_end(data, at)
        if data[at] == _IMAGE:
            pieces += [control, data[at:end]]
            break
        if data[at + 1] == _GRAPHIC_CONTROL:
            control = data[at:end]
        at = end
    else:
        raise Damaged("too many blocks")
    return Anatomy(clean=b"".join(pieces) + bytes([_TRAILER]))


def _first_block(data: Data) -> int:
    return 13 + _palette_length(data[10])


def _palette_length(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _block_end(data: Data, at: int) -> int:
    if data[at] == _IMAGE:
        at += 10 + _palette_length(data[at + 9]) + 1
    elif data[at] == _EXTENSION:
        at += 2
    else:
        raise Damaged("an unknown block")
    while length := data[at]:
        at += length + 1
    return at + 1
