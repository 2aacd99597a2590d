"""Training pictures on the service's side: an upload URL asked for, the bytes that came, what they proved to be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.sandbox.novita.sniff import Sniffed

EXTENSIONS = frozenset({"png", "webp", "jpeg"})
"""What an upload URL may be asked for; `jpg` is not among them (novita-api §2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One successful PUT. `data` is empty unless the server was told to keep uploads."""

    asset: Asset
    size: int
    content_type: str
    sniffed: Sniffed = field(repr=False)
    data: bytes = field(default=b"", repr=False)

    @property
    def format(self) -> str:
        """What the bytes are: `jpeg`, `png`, `webp`, another name, or empty for no picture."""
        return self.sniffed.format

    @property
    def metadata(self) -> frozenset[str]:
        """What the file still told about its author: `exif`, `gps`, `xmp`, `iptc`, `comment`, `text`."""
        return self.sniffed.metadata

    @property
    def has_metadata(self) -> bool:
        """True when anything of the kind was left in the file."""
        return bool(self.sniffed.metadata)


@dataclass(slots=True, eq=False, kw_only=True)
class Asset:
    """One picture's place in the bucket. `id` has the JSON type in which it was given out (novita-api §14.1)."""

    id: str | int
    owner: str
    """The owning account's name."""
    extension: str
    path: str
    upload: Upload | None = field(default=None, repr=False)
    used: bool = False


@dataclass(slots=True)
class Assets:
    """Every asset of the service, by id and by path in the bucket."""

    _by_id: dict[str | int, Asset] = field(default_factory=dict)
    _by_path: dict[str, Asset] = field(default_factory=dict)

    def create(self, extension: str, *, owner: str) -> Asset:
        """A new place, named by 32 hex digits as in production."""
        name = secrets.token_hex(16)
        asset = Asset(id=name, owner=owner, extension=extension, path=f"/prod/{name}.{extension}")
        self._by_id[name] = asset
        self._by_path[asset.path] = asset
        return asset

    def number(self, given: str) -> int:
        """Give an asset an integer id instead of its string (the documents disagree: novita-api §14.1)."""
        asset = self._by_id.pop(given)
        number = next(
            n for n in iter(lambda: 100_000 + secrets.randbelow(900_000), None) if n not in self._by_id
        )
        asset.id = number
        self._by_id[number] = asset
        return number

    def find(self, given: str | int, *, owner: str) -> Asset | None:
        """The account's asset of that id, in the JSON type it was given out in."""
        asset = self._by_id.get(given)
        return asset if asset is not None and asset.owner == owner else None

    def at(self, path: str) -> Asset | None:
        """The asset stored at a path of the bucket."""
        return self._by_path.get(path)
