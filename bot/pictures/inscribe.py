"""Writes into a picture how it was made, where painting tools look for it: the text `parameters` of a PNG."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

from bot.pictures.files import mapped, write_atomically
from bot.pictures.formats import png
from bot.pictures.formats.anatomy import Damaged
from bot.pictures.kinds import HEAD, Kind, kind_of

KEYWORD: Final = "parameters"
"""The name that the tools around Stable Diffusion agree on."""


def inscribe(path: Path, text: str) -> bool:
    """Write `text` into the file; its pixels and everything else stay as they are. False, and nothing is changed, where
    it is no PNG or a damaged one. Raises OSError.
    """
    with mapped(path) as data:
        if kind_of(bytes(data[:HEAD])) is not Kind.PNG:
            return False
        try:
            told = png.inscribed(data, keyword=KEYWORD, text=text)
        except (Damaged, struct.error):
            return False
    write_atomically(path, told)
    return True
