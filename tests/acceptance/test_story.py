"""The main story: a key, a training from pictures, paintings with what was learnt, and the house-keeping around it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from PIL import Image

from bot.sandbox.novita import Pace
from bot.sandbox.world import World
from tests.acceptance.scenes import (
    delivered,
    jobs,
    newest,
    orders_training,
    owns_lora,
    results,
    stands,
    told,
    until,
)


async def test_a_key_is_asked_for_in_a_form_checked_and_shown_only_as_a_fingerprint(world: World) -> None:
    key = world.novita.key("ada", balance_usd=12.5)
    form = await world.ada.runs("/key set", provider="novita")
    assert form.modal is not None
    assert "Whoever runs this bot" in form.text
    answer = await world.ada.submits(form, api_key=key)
    await answer.answered()
    assert "key works" in told(answer)
    assert "Balance: **$12.50**" in told(answer)

    shown = await world.ada.runs("/key show")
    await shown.answered()
    assert "fingerprint `" in told(shown)
    assert "$12.50" in told(shown)

    removed = await world.ada.runs("/key remove", provider="novita")
    await removed.answered()
    assert "forgotten your Novita key" in told(removed)
    refused = await world.ada.runs("/key show")
    assert "/key set" in told(refused)


async def test_a_person_trains_from_attachments_and_paints_with_what_was_learnt(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = Pace(queue_seconds=0, training_seconds=7, deploying_seconds=0.5, painting_seconds=0.2)
    await world.has_key(world.ada)
    answer = await orders_training(world.ada, "mara", cats)
    card = await answer.answered()
    assert card.ephemeral_to is None
    assert "Learning **mara**" in card.text
    await world.ada.sees(lambda message: message == card and "▰" in message.text, within=45)
    assert any(button.label == "Cancel" for button in card.buttons)

    ready = await world.ada.sees("mara is ready", within=45)
    assert ready.reference == card.id
    assert results(world, newest(world).id) == [ready]
    [training] = world.novita.trainings
    assert training.name == f"easel-{newest(world).id}"
    assert len(training.assets) == len(cats)
    assert "mara_ezl" in training.instance_prompt
    assert not list((world.folder / "data" / "trainings").glob("*")), "pictures were kept after the order"

    choices = await world.ada.types("/imagine", "lora", "ma")
    assert [choice["value"] for choice in choices] == ["mara"]
    painting = await world.ada.runs("/imagine", prompt="a cat on the moon", lora="mara:0.6", count=2, seed=7)
    painted_card = await painting.answered()
    result = await world.ada.sees(lambda message: len(message.attachments) == 2, within=45)
    assert result.reference == painted_card.id
    assert "a cat on the moon" in result.text
    assert "`mara:0.6`" in result.text
    assert "seed `7`" in result.text
    assert "dreamshaper_8_93211" in result.text
    for position, attachment in enumerate(result.attachments):
        with Image.open(io.BytesIO(await attachment.read())) as picture:
            assert picture.format == "PNG"
            assert picture.info["parameters"].startswith(
                "mara_ezl, a cat on the moon <lora:mara:0.6>\nSteps: "
            )
            assert f"Seed: {7 + position}, Size: 512x512, Model: dreamshaper_8" in picture.info["parameters"]
    [order] = world.novita.generations
    assert order.paintings[0].prompt == "mara_ezl, a cat on the moon"
    assert [(lora.id, strength) for lora, strength in order.loras] == [(training.id, 0.6)]


async def test_a_style_is_learnt_from_a_zip_and_pictures_together(
    world: World, cats: list[Path], tmp_path: Path
) -> None:
    archive = tmp_path / "drawings.zip"
    with zipfile.ZipFile(archive, "w") as drawings:
        for number, picture in enumerate(cats[:4]):
            drawings.write(picture, f"drawings/{number}{picture.suffix}")
        drawings.writestr("__MACOSX/._0.jpg", b"junk")
    await world.has_key(world.ada)
    bases = await world.ada.types("/train style", "base_model", "xl 1.0")
    assert {"name": "epiCRealism XL 1.0 (SDXL, photos)", "value": "epicrealismXL_v10_247189"} in bases
    answer = await world.ada.runs(
        "/train style",
        name="ink",
        trigger="inkwash",
        base_model="epicrealismXL_v10_247189",
        steps=300,
        picture1=cats[4],
        zip=archive,
    )
    await answer.answered()
    await stands(world, "running")
    [training] = world.novita.trainings
    assert training.kind == "style"
    assert training.is_sdxl
    assert len(training.assets) == 5
    world.novita.finish_all()
    await world.ada.sees("ink is ready")

    models = await world.ada.types("/imagine", "model", "", lora="ink")
    assert models
    assert all("SDXL" in model["name"] or "XL" in model["name"] for model in models), models
    painting = await world.ada.runs("/imagine", prompt="an inkwash harbour", lora="ink")
    await painting.answered()
    job = newest(world)
    result = await delivered(world, job.id)
    assert "1024×1024" in result.text
    [order] = world.novita.generations
    assert order.paintings[0].prompt == "an inkwash harbour", "the trigger stands in the prompt already"
    assert order.paintings[0].checkpoint == "epicrealismXL_v10_247189.safetensors"


async def test_several_loras_paint_together_and_are_listed_renamed_and_forgotten(
    world: World, cats: list[Path]
) -> None:
    await world.has_key(world.ada)
    await owns_lora(world, world.ada, "mara", cats)
    await owns_lora(world, world.ada, "tom", cats)
    assert [choice["value"] for choice in await world.ada.types("/imagine", "lora", "mara:0.5, t")] == [
        "mara:0.5, tom"
    ]
    painting = await world.ada.runs("/imagine", prompt="two cats", lora="mara:0.5, tom:0.9")
    await painting.answered()
    result = await delivered(world, newest(world).id)
    assert "`mara:0.5` · `tom:0.9`" in result.text
    [order] = world.novita.generations
    assert order.paintings[0].prompt == "mara_ezl, tom_ezl, two cats"
    assert [strength for _, strength in order.loras] == [0.5, 0.9]

    again = await world.ada.clicks("Again", result)
    await again.answered()
    second = await delivered(world, newest(world).id)
    assert second != result
    first_order, second_order = world.novita.generations
    assert second_order.seed != first_order.seed
    assert second_order.paintings[0].prompt == first_order.paintings[0].prompt

    listed = await world.ada.runs("/loras list")
    assert "**mara** · trigger `mara_ezl` · SD 1.5" in told(listed)
    assert "**tom**" in told(listed)
    renamed = await world.ada.runs("/loras rename", name="mara", to="Mara the cat")
    assert "`mara` is now called `Mara the cat`" in told(renamed)
    assert [each["value"] for each in await world.ada.types("/imagine", "lora", "")] == [
        "tom",
        "Mara the cat",
    ]
    taken = await world.ada.runs("/loras rename", name="tom", to="mara THE cat")
    assert "already have a LoRA" in told(taken)
    forgotten = await world.ada.runs("/loras forget", name="tom")
    assert "forgotten `tom`" in told(forgotten)
    gone = await world.ada.runs("/imagine", prompt="tom", lora="tom")
    assert "no LoRA called `tom`" in told(gone)

    status = await world.ada.runs("/status")
    shown = await world.ada.clicks("Show", status.message)
    brought = await shown.answered()
    assert brought.ephemeral_to is world.ada.user
    assert len(brought.attachments) == 1
    assert world.novita.orders == 4


async def test_an_unpaid_training_is_cancelled_and_its_name_is_free_again(
    world: World, cats: list[Path]
) -> None:
    await world.has_key(world.ada)
    world.discord.cdn.hold()
    answer = await orders_training(world.ada, "mara", cats)
    card = await answer.answered()
    await until(world, lambda: world.discord.cdn.waiting, what="a download that waits")
    pressed = await world.ada.clicks("Cancel", card)
    await pressed.answered()
    assert "Nothing was paid" in card.text
    assert card.buttons == []
    world.discord.cdn.release()
    await stands(world, "cancelled")
    await until(
        world, lambda: not list((world.folder / "data" / "trainings").glob("*/*.*")), what="pictures deleted"
    )
    await owns_lora(world, world.ada, "mara", cats)
    assert world.novita.orders == 1


async def test_a_running_training_is_only_no_longer_watched_and_can_be_watched_again(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = Pace(queue_seconds=3600)
    await world.has_key(world.ada)
    answer = await orders_training(world.ada, "mara", cats)
    await answer.answered()
    job = await stands(world, "running", note="waiting")
    status = await world.ada.runs("/status")
    asked = await world.ada.clicks("Cancel", status.message)
    question = await asked.answered()
    assert "cannot stop" in question.text
    stopped = await world.ada.clicks("Stop watching", question)
    await stopped.answered()
    await stands(world, "cancelled")
    world.novita.finish_all()
    status = await world.ada.runs("/status")
    assert status.message is not None
    assert "No longer watched" in status.message.text
    resumed = await world.ada.clicks("Check again", status.message)
    await resumed.answered()
    await delivered(world, job.id)
    assert "mara is ready" in results(world, job.id)[0].text
    assert world.novita.orders == 1
    assert len(jobs(world)) == 1
