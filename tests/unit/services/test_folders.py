"""Files below one folder, and nothing outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.folders import Folders
from tests.values import job


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "data")


def written(path: Path) -> Path:
    path.write_bytes(b"x")
    return path


def test_a_stored_path_leads_back_to_its_file(folders: Folders) -> None:
    for folder in (folders.pictures("a"), folders.results("a"), folders.incoming("a")):
        file = written(folder / "00.png")
        assert folders.absolute(folders.relative(file)) == file
        assert not Path(folders.relative(file)).is_absolute()


def test_a_folder_is_found_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    folders = Folders(tmp_path / "link")
    file = written(folders.results("a") / "0.image")
    assert folders.absolute(folders.relative(file)) == file


@pytest.mark.parametrize(
    "stored", ["..", "../x", "/etc/passwd", "results/../../x", "results/a/../../../x", "../data-of-others/x"]
)
def test_a_stored_path_that_leads_out_is_refused(folders: Folders, stored: str) -> None:
    with pytest.raises(ValueError, match="leads out of the data folder"):
        folders.absolute(stored)


def test_a_link_that_leads_out_is_refused(folders: Folders, tmp_path: Path) -> None:
    written(tmp_path / "secret")
    (folders.results("a") / "0.image").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="leads out"):
        folders.absolute("results/a/0.image")


@given(st.lists(st.sampled_from(["..", ".", "", "a", "/", "results"]), max_size=8))
def test_no_path_made_of_any_parts_leads_out(parts: list[str]) -> None:
    folders = Folders(Path("/srv/easel"))
    try:
        found = folders.absolute("/".join(parts))
    except ValueError:
        return
    assert found.is_relative_to(folders.root)


async def test_what_is_discarded_is_gone_and_the_rest_stays(folders: Folders) -> None:
    mine, other = job().id, job().id
    kept = [written(folders.pictures(other) / "0"), written(folders.results(mine) / "0")]
    picture = written(folders.pictures(mine) / "0")
    incoming = written(folders.incoming(mine) / "0")
    await folders.discard_incoming(mine)
    assert (picture.exists(), incoming.exists()) == (True, False)
    await folders.discard_pictures(mine)
    await folders.discard_pictures(mine)
    assert not picture.exists()
    assert all(file.exists() for file in kept)
    await folders.discard_results(mine)
    await folders.delete(kept[0])
    await folders.delete(kept[0])
    assert not any(file.exists() for file in kept)
