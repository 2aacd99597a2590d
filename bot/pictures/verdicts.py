"""Why a picture, a member of an archive or a whole archive was refused, and what is odd about one that was
accepted: as facts. The sentences that people read are made elsewhere.

Every fact has a `code` and travels as JSON: `fact_from(fact.to_dict()) == fact`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar, TypeAlias, cast


class _Fact:
    __slots__ = ()

    code: ClassVar[str]

    def to_dict(self) -> dict[str, str | int | None]:
        """`{"code": …}` and the fact's own fields; plain JSON."""
        return {"code": self.code, **asdict(cast("Verdict", self))}


# What is wrong with a picture.


@dataclass(frozen=True, slots=True)
class NotAPicture(_Fact):
    """The content is none of the accepted formats. `seen` says what it is ("text", "pdf", "zip", …) if known."""

    code: ClassVar[str] = "not_a_picture"
    seen: str | None


@dataclass(frozen=True, slots=True)
class Broken(_Fact):
    """It begins as it should but cannot be read to its end: cut short, damaged, or contradicting itself."""

    code: ClassVar[str] = "broken"


@dataclass(frozen=True, slots=True)
class TooManyPixels(_Fact):
    """Sides in pixels; `limit` is pixels in all."""

    code: ClassVar[str] = "too_many_pixels"
    width: int
    height: int
    limit: int


@dataclass(frozen=True, slots=True)
class TooSmall(_Fact):
    """Sides in pixels; `minimum` is what each must have."""

    code: ClassVar[str] = "too_small"
    width: int
    height: int
    minimum: int


@dataclass(frozen=True, slots=True)
class TooHeavy(_Fact):
    """Bytes. For a member of an archive `size` is what had come out when reading stopped."""

    code: ClassVar[str] = "too_heavy"
    size: int
    limit: int


@dataclass(frozen=True, slots=True)
class TooManyFrames(_Fact):
    """`frames` is how many were counted before counting stopped: at least so many."""

    code: ClassVar[str] = "too_many_frames"
    frames: int
    limit: int


@dataclass(frozen=True, slots=True)
class DuplicateOf(_Fact):
    """Byte for byte the same picture (after metadata is gone) as the one called `name`."""

    code: ClassVar[str] = "duplicate_of"
    name: str


# What is odd about a picture that was accepted.


@dataclass(frozen=True, slots=True)
class Blurry(_Fact):
    """Hardly any edge in it is sharp at training size."""

    code: ClassVar[str] = "blurry"


@dataclass(frozen=True, slots=True)
class NearDuplicateOf(_Fact):
    """Looks like the one called `name`: a copy that was resized, recompressed or retouched."""

    code: ClassVar[str] = "near_duplicate_of"
    name: str


# What is wrong with an archive or a member of one.


@dataclass(frozen=True, slots=True)
class NotAnArchive(_Fact):
    """The content is no zip. `seen` as in `NotAPicture`."""

    code: ClassVar[str] = "not_an_archive"
    seen: str | None


@dataclass(frozen=True, slots=True)
class DirectoryTooLong(_Fact):
    """The zip's table of contents takes `size` bytes."""

    code: ClassVar[str] = "directory_too_long"
    size: int
    limit: int


@dataclass(frozen=True, slots=True)
class NestedArchive(_Fact):
    """A zip within the zip."""

    code: ClassVar[str] = "nested_archive"


@dataclass(frozen=True, slots=True)
class UnsafePath(_Fact):
    """The member's name leads out of the archive: `..` in it, or an absolute path."""

    code: ClassVar[str] = "unsafe_path"


@dataclass(frozen=True, slots=True)
class NotAFile(_Fact):
    """A symbolic link, a device, a pipe."""

    code: ClassVar[str] = "not_a_file"


@dataclass(frozen=True, slots=True)
class Encrypted(_Fact):
    """It needs a password."""

    code: ClassVar[str] = "encrypted"


@dataclass(frozen=True, slots=True)
class UnknownCompression(_Fact):
    """Packed with neither "stored" nor "deflated"; `method` is the zip's number for it."""

    code: ClassVar[str] = "unknown_compression"
    method: int


@dataclass(frozen=True, slots=True)
class TooManyMembers(_Fact):
    """It comes after the `limit` files that are taken."""

    code: ClassVar[str] = "too_many_members"
    limit: int


@dataclass(frozen=True, slots=True)
class ArchiveTooHeavy(_Fact):
    """All that came out so far, with this one, exceeds `limit` bytes."""

    code: ClassVar[str] = "archive_too_heavy"
    limit: int


@dataclass(frozen=True, slots=True)
class CompressedTooWell(_Fact):
    """A bomb: it unpacks to more than `limit` times its packed size."""

    code: ClassVar[str] = "compressed_too_well"
    limit: int


Flaw: TypeAlias = NotAPicture | Broken | TooManyPixels | TooSmall | TooHeavy | TooManyFrames
"""What `PictureRefused` carries."""

Remark: TypeAlias = DuplicateOf | NearDuplicateOf | Blurry
"""What can be said of a picture that is sound in itself."""

MemberFlaw: TypeAlias = (
    NestedArchive
    | UnsafePath
    | NotAFile
    | Encrypted
    | UnknownCompression
    | TooManyMembers
    | TooHeavy
    | ArchiveTooHeavy
    | CompressedTooWell
    | Broken
)
"""Why one member of an archive was left out."""

ArchiveFlaw: TypeAlias = NotAnArchive | TooHeavy | DirectoryTooLong | Broken
"""What `ArchiveRefused` carries."""

Verdict: TypeAlias = Flaw | Remark | MemberFlaw | ArchiveFlaw

VERDICTS: tuple[type[Verdict], ...] = (
    NotAPicture,
    Broken,
    TooManyPixels,
    TooSmall,
    TooHeavy,
    TooManyFrames,
    DuplicateOf,
    NearDuplicateOf,
    Blurry,
    NestedArchive,
    UnsafePath,
    NotAFile,
    Encrypted,
    UnknownCompression,
    TooManyMembers,
    ArchiveTooHeavy,
    CompressedTooWell,
    NotAnArchive,
    DirectoryTooLong,
)
"""Every fact, for whoever must have a sentence for each."""

_BY_CODE = {verdict.code: verdict for verdict in VERDICTS}


def fact_from(stored: Mapping[str, object]) -> Verdict:
    """The fact that `to_dict` wrote. Raises ValueError when it is none of them."""
    fields = dict(stored)
    kind = _BY_CODE.get(str(fields.pop("code", "")))
    if kind is None:
        raise ValueError("no such verdict")
    try:
        return kind(**fields)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"not the fields of {kind.code}") from error


class PictureRefused(Exception):
    """This picture is not taken; `verdict` says why."""

    def __init__(self, verdict: Flaw) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


class ArchiveRefused(Exception):
    """Nothing of this archive is taken; `verdict` says why."""

    def __init__(self, verdict: ArchiveFlaw) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict
