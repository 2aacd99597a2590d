"""What the tests of `bot.pictures` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.pictures import PictureRefused, Verdict, check, prepare

Writer = Callable[..., Path]
Refusal = Callable[[bytes], Verdict]


@pytest.fixture
def put(tmp_path: Path) -> Writer:
    """Writes bytes to a file, by default one whose name lies about what it is."""

    def write(data: bytes, name: str = "picture.png") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def refusal(put: Writer, tmp_path: Path) -> Refusal:
    """The verdict that `check` and `prepare` agree on; a refused picture leaves no file behind."""

    def judge(data: bytes) -> Verdict:
        path = put(data)
        with pytest.raises(PictureRefused) as by_check:
            check(path)
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        with pytest.raises(PictureRefused) as by_prepare:
            prepare(path, folder, stem="one")
        assert list(folder.iterdir()) == []
        assert by_check.value.verdict == by_prepare.value.verdict
        return by_check.value.verdict

    return judge
