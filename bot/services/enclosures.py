"""Pictures that go with a message."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A picture that goes with a result: its position among the job's, its file, its extension without a dot."""

    position: int
    path: Path
    extension: str
