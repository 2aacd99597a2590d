"""Fifty pictures of 4 MiB go through `/train` while the process stays small."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from bot.sandbox.pictures import training_pictures
from bot.sandbox.world import World
from tests.acceptance.scenes import delivered, newest, stands

MIB = 1024 * 1024
MOST_MEMORY = 250 * MIB


@pytest.mark.timeout(240)
async def test_fifty_pictures_of_four_mebibytes_are_trained_on_in_little_memory(
    cold_world: World, tmp_path: Path
) -> None:
    world = cold_world
    archive = tmp_path / "fifty.zip"
    with zipfile.ZipFile(archive, "w") as fifty:
        for picture in training_pictures("marmalade cat", 50, tmp_path / "drawn", megabytes=4):
            fifty.write(picture, picture.name)
    assert archive.stat().st_size > 195 * MIB
    await world.has_key(world.ada)
    answer = await world.ada.nitro().runs("/train subject", name="mara", zip=archive)
    await answer.answered()
    await stands(world, "running")
    assert len(world.novita.trainings[0].assets) == 50
    world.novita.finish_all()
    await delivered(world, newest(world).id)
    peak = world.bot.peak_memory()
    sys.stdout.write(f"peak of resident memory: {peak / MIB:.0f} MiB\n")
    assert peak < MOST_MEMORY
