"""Takes the files out of a zip without believing a word of it: names, sizes and counts are measured, not read.

Whether the files are pictures is not asked here, only whether one is another zip.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.pictures.kinds import HEAD, Kind, kind_of, seen_in
from bot.pictures.limits import MIB, ArchiveLimits
from bot.pictures.verdicts import (
    ArchiveRefused,
    ArchiveTooHeavy,
    Broken,
    CompressedTooWell,
    DirectoryTooLong,
    Encrypted,
    MemberFlaw,
    NestedArchive,
    NotAFile,
    NotAnArchive,
    TooHeavy,
    TooManyMembers,
    UnknownCompression,
    UnsafePath,
)

_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_JUNK = frozenset({"thumbs.db", "desktop.ini"})
_LABEL_LENGTH = 100
_WINDOW = 64 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What `zipfile` raises on hostile bytes."""

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_LENGTH, _LOCATOR_LENGTH, _LONGEST_COMMENT = 22, 20, 65535


@dataclass(frozen=True, slots=True)
class Member:
    """A file taken out. `label` is its own last name, fit to be shown; `path` was chosen here; `size` in bytes."""

    label: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class RefusedMember:
    """A file left in, under the name it shows, and why."""

    label: str
    verdict: MemberFlaw


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Both in the order of the archive."""

    members: tuple[Member, ...]
    refused: tuple[RefusedMember, ...]


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked, whether they are kept or not: twenty thousand refusals must not cost more."""

    left: int


class _Refused(Exception):
    def __init__(self, verdict: MemberFlaw) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


def unpack(path: Path, folder: Path, *, limits: ArchiveLimits | None = None) -> Unpacked:
    """Writes the archive's files into `folder` (which exists) as `member-001` and so on.

    Directories, hidden files and what macOS and Windows leave behind are passed over in silence. Raises
    ArchiveRefused when the whole is no zip, too heavy or unreadable, and OSError when a file cannot be written.
    """
    limits = limits or ArchiveLimits()
    _judge(path, limits)
    members: list[Member] = []
    refused: list[RefusedMember] = []
    try:
        archive = zipfile.ZipFile(path)
    except _UNREADABLE as error:
        raise ArchiveRefused(Broken()) from error
    with archive:
        budget = _Budget(limits.total_size)
        for info in archive.infolist():
            label = _label(info)
            target = folder / f"member-{len(members) + 1:03}"
            try:
                _refuse_by_directory(info)
                if _is_passed_over(info):
                    continue
                if len(members) >= limits.members:
                    raise _Refused(TooManyMembers(limits.members))
                size = _take(archive, info, target, budget=budget, limits=limits)
            except _Refused as refusal:
                refused.append(RefusedMember(label, refusal.verdict))
                continue
            members.append(Member(label, target, size))
    return Unpacked(tuple(members), tuple(refused))


def _judge(path: Path, limits: ArchiveLimits) -> None:
    """A zip, not too heavy, whose table of contents is short enough to be read into memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        if kind_of(head) is not Kind.ZIP:
            raise ArchiveRefused(NotAnArchive(seen_in(head)))
        if size > limits.size:
            raise ArchiveRefused(TooHeavy(size, limits.size))
        try:
            directory = _directory_size(file, size)
        except struct.error as error:
            raise ArchiveRefused(Broken()) from error
    if directory > limits.directory_size:
        raise ArchiveRefused(DirectoryTooLong(directory, limits.directory_size))


def _directory_size(file: IO[bytes], size: int) -> int:
    """What the end record says (the larger of the two where there is one of 64 bits): `zipfile` reads so much."""
    start = max(0, size - _END_LENGTH - _LONGEST_COMMENT - _LOCATOR_LENGTH)
    file.seek(start)
    tail = file.read()
    largest = -1
    at = tail.rfind(_END)
    while at >= 0:
        (directory,) = struct.unpack_from("<I", tail.ljust(at + _END_LENGTH, b"\x00"), at + 12)
        locator = tail[max(0, at - _LOCATOR_LENGTH) : at]
        if locator.startswith(_LOCATOR_64) and len(locator) == _LOCATOR_LENGTH:
            (offset,) = struct.unpack_from("<Q", locator, 8)
            file.seek(min(offset, size))
            record = file.read(56)
            if record.startswith(_END_64):
                directory = struct.unpack_from("<Q", record, 40)[0]
        largest = max(largest, directory)
        at = tail.rfind(_END, 0, at)
    if largest < 0:
        raise ArchiveRefused(Broken())
    return largest


def _refuse_by_directory(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename.replace("\\", "/")
    if ".." in name.split("/") or name.startswith("/") or name[1:2] == ":" or "\x00" in name:
        raise _Refused(UnsafePath())
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _Refused(NotAFile())


def _is_passed_over(info: zipfile.ZipInfo) -> bool:
    parts = info.orig_filename.replace("\\", "/").split("/")
    return (
        parts[-1] == ""
        or stat.S_ISDIR(info.external_attr >> 16)
        or "__MACOSX" in parts
        or parts[-1].lower() in _JUNK
        or any(part.startswith(".") for part in parts)
    )


def _take(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, *, budget: _Budget, limits: ArchiveLimits
) -> int:
    """Streams one file to `target` and returns its size; what was written before a refusal is removed."""
    if info.flag_bits & _ENCRYPTED:
        raise _Refused(Encrypted())
    if info.compress_type not in _METHODS:
        raise _Refused(UnknownCompression(info.compress_type))
    if budget.left <= 0:
        raise _Refused(ArchiveTooHeavy(limits.total_size))
    size = 0
    try:
        with target.open("wb") as file:
            for piece in _stream(archive, info):
                if size == 0 and kind_of(piece[:HEAD]) is Kind.ZIP:
                    raise _Refused(NestedArchive())
                size += len(piece)
                budget.left -= len(piece)
                if size > limits.member_size:
                    raise _Refused(TooHeavy(size, limits.member_size))
                if budget.left < 0:
                    raise _Refused(ArchiveTooHeavy(limits.total_size))
                if size > MIB and size > limits.ratio * max(1, info.compress_size):
                    raise _Refused(CompressedTooWell(limits.ratio))
                file.write(piece)
    except _Refused:
        target.unlink(missing_ok=True)
        raise
    return size


def _stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The file's bytes a window at a time; its checksum is compared at the end."""
    try:
        with archive.open(info) as packed:
            while piece := packed.read(_WINDOW):
                yield piece
    except _UNREADABLE as error:
        raise _Refused(Broken()) from error


def _label(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name).strip()
    return shown[:_LABEL_LENGTH] or "\ufffd"
