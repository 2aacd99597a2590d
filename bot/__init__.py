"""Easel: trains LoRA models from people's own pictures and paints with them, from Discord."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
