"""The log of every REST exchange, in the shape that the judge of the official description reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class ExchangeLog:
    """`entries` are dicts: at (Unix seconds by the sandbox's clock), method, path (below the API's prefix), query,
    content_type, body (of multipart the decoded `payload_json`), files [{field, filename, size}], status (None
    when the answer was lost), response.
    """

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def add(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)

    def matching(self, method: str, path_part: str) -> list[dict[str, Any]]:
        """The exchanges of this method whose path contains `path_part`, oldest first."""
        return [each for each in self.entries if each["method"] == method and path_part in each["path"]]

    @property
    def invalid(self) -> int:
        """How many answers count against the 10,000 in ten minutes: 401, 403 and 429 (discord-platform §10)."""
        return sum(each["status"] in (401, 403, 429) for each in self.entries)

    def to_jsonl(self, path: Path | str) -> None:
        """Write one JSON object a line."""
        lines = (json.dumps(entry, ensure_ascii=False) for entry in self.entries)
        Path(path).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
