"""Pictures as nobody should send them: refused with a reason, the good ones kept, nothing ordered in vain."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

from bot.sandbox.discord import Message
from bot.sandbox.novita import Pace
from bot.sandbox.world import World
from tests.acceptance.scenes import jobs, newest, orders_training, stands, told, until


async def test_too_few_pictures_are_refused_at_once(world: World, cats: list[Path]) -> None:
    await world.has_key(world.ada)
    none = await world.ada.runs("/train subject", name="mara")
    assert "A training needs pictures: attach at least 4" in told(none)
    few = await orders_training(world.ada, "mara", cats[:3])
    await few.answered()
    assert "You attached 3 files, and a training needs at least 4 pictures" in told(few)
    assert jobs(world) == []


async def test_a_zip_is_opened_wherever_it_was_attached(
    world: World, cats: list[Path], tmp_path: Path
) -> None:
    await world.has_key(world.ada)
    archive = tmp_path / "cats.ZIP"
    with zipfile.ZipFile(archive, "w") as file:
        for cat in cats:
            file.write(cat, cat.name)
    answer = await orders_training(world.ada, "mara", [archive])
    await answer.answered()
    await stands(world, "running")
    [training] = world.novita.trainings
    assert len(training.assets) == len(cats)


async def test_every_bad_picture_is_named_with_its_reason(
    world: World, cats: list[Path], bad_files: dict[str, Path]
) -> None:
    await world.has_key(world.ada)
    bad = [bad_files[kind] for kind in ("text", "truncated", "bomb", "small")]
    answer = await orders_training(world.ada, "mara", [*bad, cats[0]])
    card = await answer.answered()
    await stands(world, "failed")
    await until(world, lambda: "did not work" in card.text, what="the card says so")
    for words in (
        "Only 1 picture can be used, and a training needs at least 4",
        "`notes.png` is a text file, not a picture",
        "`truncated.jpg` is cut short or damaged",
        "`bomb.png` has 20000 × 20000 pixels",
        "`small.png` has only 64 × 64 pixels",
    ):
        assert words in card.text
    assert world.novita.requests[1:] == []
    assert world.novita.orders == 0


async def test_good_pictures_are_trained_on_and_the_bad_ones_left_out(
    world: World, cats: list[Path], bad_files: dict[str, Path]
) -> None:
    world.novita.pace = Pace()
    await world.has_key(world.ada)
    answer = await orders_training(
        world.ada, "mara", [*cats[:3], bad_files["heic"], bad_files["text"], cats[0], bad_files["truncated"]]
    )
    card = await answer.answered()
    await stands(world, "running")
    [training] = world.novita.trainings
    assert len(training.assets) == 4
    await until(world, lambda: "Left out:" in card.text, what="the card names what was left out")
    assert "`notes.png` is a text file" in card.text
    assert f"is the same picture as `{cats[0].name}`" in card.text


async def test_hostile_zips_are_refused_with_their_reasons(world: World, bad_files: dict[str, Path]) -> None:
    await world.has_key(world.ada)
    expected = {
        "zip_bomb": "is too big; up to 30 MiB work",
        "nested_zip": "is an archive inside the zip; put the pictures into the zip itself",
        "zip_paths": "has a name that leads out of the zip",
    }
    cards = {}
    for kind in expected:
        answer = await world.ada.runs("/train subject", name=kind.replace("_", " "), zip=bad_files[kind])
        cards[kind] = await answer.answered()
    for kind, words in expected.items():
        card = cards[kind]
        await until(world, partial(_says, card, "did not work"), what=f"the end of {kind}")
        assert "None of these can be used" in card.text
        assert words in card.text
    assert not list(world.folder.rglob("outside.jpg"))
    assert not list((world.folder / "data" / "trainings").glob("*/*.*"))
    assert world.novita.orders == 0


async def test_fifty_one_pictures_are_one_too_many(world: World, bad_files: dict[str, Path]) -> None:
    await world.has_key(world.ada)
    answer = await world.ada.runs("/train style", name="many", zip=bad_files["zip_51"])
    card = await answer.answered()
    await until(world, lambda: "did not work" in card.text, what="a refusal", within=45)
    assert "These are 51 pictures, and a training takes 50 at most" in card.text
    assert world.novita.orders == 0


async def test_files_that_discord_no_longer_has_are_asked_for_again(world: World, cats: list[Path]) -> None:
    await world.has_key(world.ada)
    world.discord.cdn.hold()
    answer = await orders_training(world.ada, "mara", cats[:4])
    card = await answer.answered()
    await until(world, lambda: world.discord.cdn.waiting, what="a download")
    world.discord.cdn.forget_given()
    world.discord.cdn.release()
    await until(world, lambda: "Discord no longer has the files" in card.text, what="a refusal")
    assert newest(world).state == "failed"


async def test_a_zip_alone_may_hold_too_few(world: World, cats: list[Path], tmp_path: Path) -> None:
    await world.has_key(world.ada)
    archive = tmp_path / "few.zip"
    with zipfile.ZipFile(archive, "w") as few:
        few.write(cats[0], "only.jpg")
    answer = await world.ada.runs("/train subject", name="mara", zip=archive)
    card = await answer.answered()
    await until(world, lambda: "Only 1 picture can be used" in card.text, what="a refusal")
    text = await world.ada.runs("/train subject", name="tom", zip=("pictures.zip", b"no zip at all\n" * 100))
    card = await text.answered()
    await until(world, lambda: "None of these can be used" in card.text, what="a refusal")
    assert "`pictures.zip` is a text file, not a picture" in card.text


def _says(card: Message, words: str) -> bool:
    return words in card.text
