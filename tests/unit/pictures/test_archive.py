"""Zips: what is in them comes out, what they try does not work."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.pictures import (
    ArchiveLimits,
    ArchiveRefused,
    ArchiveTooHeavy,
    Broken,
    CompressedTooWell,
    DirectoryTooLong,
    Encrypted,
    NestedArchive,
    NotAFile,
    NotAnArchive,
    TooHeavy,
    TooManyMembers,
    UnknownCompression,
    Unpacked,
    UnsafePath,
    Verdict,
    unpack,
)
from tests.unit.pictures.conftest import Writer
from tests.unit.pictures.samples import encoded, painted

PICTURE = encoded(painted(300, 300), "PNG")

Taken = Callable[..., Unpacked]


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return out.getvalue()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def taken(put: Writer, out: Path) -> Taken:
    """Unpacks; nothing may be written but the members it reports."""

    def take(data: bytes, limits: ArchiveLimits | None = None) -> Unpacked:
        found = unpack(put(data, "some.zip"), out, limits=limits)
        assert sorted(out.iterdir()) == [member.path for member in found.members]
        assert sorted(path.name for path in out.parent.iterdir()) == ["out", "some.zip"]
        return found

    return take


def verdicts(found: Unpacked) -> list[Verdict]:
    return [member.verdict for member in found.refused]


def test_pictures_come_out_under_names_of_ours_with_their_own_as_labels(taken: Taken) -> None:
    found = taken(zipped(("cats/Mara auf dem Dach.png", PICTURE), ("b\\c.jpg", b"anything")))
    assert [(member.label, member.path.name, member.size) for member in found.members] == [
        ("Mara auf dem Dach.png", "member-001", len(PICTURE)),
        ("c.jpg", "member-002", 8),
    ]
    assert found.members[0].path.read_bytes() == PICTURE
    assert found.refused == ()


def test_what_systems_leave_behind_is_passed_over_in_silence(taken: Taken) -> None:
    names = ["__MACOSX/._a.png", ".DS_Store", "x/.hidden/a.png", "x/Thumbs.db", "desktop.ini", "folder/"]
    found = taken(zipped(*((name, b"x") for name in names), ("a.png", PICTURE)))
    assert [member.label for member in found.members] == ["a.png"]
    assert found.refused == ()


@pytest.mark.parametrize(
    "name", ["../a.png", "x/../../a.png", "/etc/a.png", "..\\a.png", "C:\\a.png", "\\\\host\\share\\a.png"]
)
def test_a_path_that_leads_outside_is_refused_and_the_others_stay(name: str, taken: Taken) -> None:
    found = taken(zipped((name, PICTURE), ("good.png", PICTURE)))
    assert [member.label for member in found.members] == ["good.png"]
    assert [(member.label, member.verdict) for member in found.refused] == [("a.png", UnsafePath())]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_device_is_refused(kind: int, taken: Taken) -> None:
    info = zipfile.ZipInfo("link.png")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    assert verdicts(taken(zipped((info, b"/etc/passwd")))) == [NotAFile()]


def test_a_zip_in_the_zip_is_refused_whatever_its_name(taken: Taken) -> None:
    assert verdicts(taken(zipped(("holiday.png", zipped(("a.png", PICTURE)))))) == [NestedArchive()]


def test_an_encrypted_member_is_refused(taken: Taken) -> None:
    data = bytearray(zipped(("a.png", PICTURE)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert verdicts(taken(bytes(data))) == [Encrypted()]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_may_need_gigabytes_is_refused(method: int, taken: Taken) -> None:
    assert verdicts(taken(zipped(("a.png", PICTURE), method=method))) == [UnknownCompression(method)]


def test_a_bomb_is_refused_after_a_megabyte_of_it(taken: Taken) -> None:
    bomb = zipped(("zeros.bmp", b"\0" * 50_000_000), ("a.png", PICTURE))
    found = taken(bomb)
    assert verdicts(found) == [CompressedTooWell(200)]
    assert [member.label for member in found.members] == ["a.png"]


def test_a_bomb_that_lies_about_its_size_is_refused(taken: Taken) -> None:
    data = bytearray(zipped(("zeros.bmp", b"\0" * 5_000_000)))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 100)
    data[22:26] = struct.pack("<I", 100)
    found = taken(bytes(data))
    assert found.members == ()
    assert verdicts(found) in ([Broken()], [CompressedTooWell(200)])


def test_a_heavy_member_is_refused_where_it_passes_the_limit(taken: Taken) -> None:
    limits = ArchiveLimits(member_size=len(PICTURE) - 1)
    assert isinstance(verdicts(taken(zipped(("a.png", PICTURE)), limits))[0], TooHeavy)


def test_what_comes_after_the_total_is_full_is_refused(taken: Taken) -> None:
    limits = ArchiveLimits(total_size=len(PICTURE) * 2)
    found = taken(zipped(*((f"{number}.png", PICTURE) for number in range(4))), limits)
    assert len(found.members) == 2
    assert verdicts(found) == [ArchiveTooHeavy(len(PICTURE) * 2)] * 2


def test_refused_members_use_up_the_total_too(taken: Taken) -> None:
    bombs = [(f"{number}.bmp", b"\0" * 3_000_000) for number in range(8)]
    found = taken(zipped(*bombs), ArchiveLimits(total_size=4_000_000))
    assert verdicts(found)[0] == CompressedTooWell(200)
    assert verdicts(found)[-1] == ArchiveTooHeavy(4_000_000)


def test_the_fifty_first_is_named_and_fifty_stay(taken: Taken) -> None:
    found = taken(zipped(*((f"{number}.png", b"%d" % number) for number in range(52))))
    assert len(found.members) == 50
    assert [(member.label, member.verdict) for member in found.refused] == [
        ("50.png", TooManyMembers(50)),
        ("51.png", TooManyMembers(50)),
    ]


def test_a_damaged_member_is_broken_and_the_others_stay(taken: Taken) -> None:
    data = bytearray(zipped(("a.png", PICTURE), ("b.png", PICTURE), method=zipfile.ZIP_STORED))
    data[200] ^= 0xFF
    found = taken(bytes(data))
    assert verdicts(found) == [Broken()]
    assert [member.label for member in found.members] == ["b.png"]


def test_a_label_is_fit_to_be_shown(taken: Taken) -> None:
    found = taken(zipped(("a\n\x1b[31m.png", b"x"), ("n" * 300, b"y")))
    assert [member.label for member in found.members] == ["a\ufffd\ufffd[31m.png", "n" * 100]


@pytest.mark.parametrize(("data", "seen"), [(b"plain words", "text"), (PICTURE, "png"), (b"", "empty")])
def test_what_is_no_zip_is_refused(data: bytes, seen: str, put: Writer, out: Path) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        unpack(put(data), out)
    assert refused.value.verdict == NotAnArchive(seen)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_cut_zip_is_broken(share: float, put: Writer, out: Path) -> None:
    data = zipped(("a.png", PICTURE))
    with pytest.raises(ArchiveRefused) as refused:
        unpack(put(data[: int(len(data) * share)]), out)
    assert refused.value.verdict == Broken()


def test_a_heavy_zip_is_refused_unread(put: Writer, out: Path) -> None:
    data = zipped(("a.png", PICTURE))
    with pytest.raises(ArchiveRefused) as refused:
        unpack(put(data), out, limits=ArchiveLimits(size=100))
    assert refused.value.verdict == TooHeavy(len(data), 100)


def test_a_directory_of_a_hundred_thousand_entries_is_refused_before_it_is_read(
    put: Writer, out: Path
) -> None:
    one = zipped(("a", b""), method=zipfile.ZIP_STORED)
    entry = one[31:-22]
    assert entry.startswith(b"PK\x01\x02")
    directory = entry * 100_000
    data = one[:31] + directory
    data += struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 31, 0)
    begun = time.perf_counter()
    with pytest.raises(ArchiveRefused) as refused:
        unpack(put(data), out)
    assert refused.value.verdict == DirectoryTooLong(len(directory), 1024 * 1024)
    assert time.perf_counter() - begun < 0.1


def test_a_directory_size_hidden_in_the_64_bit_record_is_found(put: Writer, out: Path) -> None:
    start = zipped(("a", b""), method=zipfile.ZIP_STORED)[:-22]
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 5_000_000, 31)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(start), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 47, 31, 0)
    with pytest.raises(ArchiveRefused) as refused:
        unpack(put(start + record + locator + end), out)
    assert refused.value.verdict == DirectoryTooLong(5_000_000, 1024 * 1024)
