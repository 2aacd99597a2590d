"""What the provider, the person or the rules refuse: each time a sentence that says what would work, and no order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.discord import Message, NotOffered
from bot.sandbox.novita import Pace
from bot.sandbox.world import World
from tests.acceptance.scenes import (
    delivered,
    hurried,
    jobs,
    newest,
    orders_training,
    owns_lora,
    results,
    stands,
    status_of,
    told,
    until,
)

ORDERS = ("/v3/training/*", "/v3/async/*")


async def says(world: World, card: Message, *sentences: str) -> None:
    """Wait until the card shows all of these."""
    await until(world, lambda: all(each in card.text for each in sentences), what=f"{sentences} on {card!r}")


async def paints(world: World, prompt: str, **options: object) -> Message:
    """Ada paints; the card."""
    answer = await world.ada.runs("/imagine", prompt=prompt, **options)
    return await answer.answered()


async def test_without_a_key_everything_says_how_to_give_one(world: World, cats: list[Path]) -> None:
    for answer in (
        await world.ada.runs("/imagine", prompt="a lighthouse"),
        await orders_training(world.ada, "mara", cats),
        await world.ada.runs("/key show"),
    ):
        await answer.answered()
        assert "not given me a key for Novita yet" in told(answer)
        assert "**/key set**" in told(answer)
    removed = await world.ada.runs("/key remove")
    await removed.answered()
    assert "nothing to forget" in told(removed)
    assert jobs(world) == []


async def test_a_key_that_the_provider_refuses_is_not_kept(world: World) -> None:
    for key, sentence in (
        ("sk_made_up_by_somebody", "Novita does not accept this key"),
        ("two words", "does not look like an API key"),
    ):
        form = await world.ada.runs("/key set")
        answer = await world.ada.submits(form, api_key=key)
        await answer.answered()
        assert sentence in told(answer)
        assert key not in world.bot.log.read_text()
    shown = await world.ada.runs("/key show")
    assert "not given me a key" in told(shown)


async def test_a_key_that_was_revoked_later_ends_the_order_and_frees_the_name(
    world: World, cats: list[Path]
) -> None:
    await world.has_key(world.ada)
    world.novita.faults.refuse("INVALID_API_KEY", method="POST", path=ORDERS, times=2)
    training = await orders_training(world.ada, "mara", cats)
    await training.answered()
    job = await stands(world, "failed")
    assert "does not accept this key" in await status_of(world.ada, job.id)
    await says(
        world, await paints(world, "a lighthouse"), "did not work", "does not accept this key", "**/key set**"
    )
    assert world.novita.orders == 0
    await owns_lora(world, world.ada, "mara", cats)


async def test_an_empty_balance_is_said_and_the_order_placed_again_once_it_is_topped_up(world: World) -> None:
    key = await world.has_key(world.ada, balance_usd=0)
    card = await paints(world, "a lighthouse")
    await says(world, card, "too little credit", "nothing was ordered")
    assert world.novita.orders == 0
    world.novita.account(key).credits = 10_000
    pressed = await world.ada.clicks("Order again", card)
    await pressed.answered()
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1


@pytest.mark.parametrize("retry_after", [2, None])
async def test_a_rate_limit_is_waited_out_and_the_order_placed_once(
    world: World, cats: list[Path], retry_after: int | None
) -> None:
    await world.has_key(world.ada)
    world.novita.faults.too_many(retry_after=retry_after, method="POST", path=ORDERS)
    training = await orders_training(world.ada, "mara", cats[:4])
    card = await training.answered()
    await stands(world, "queued", note="limited")
    status = await world.ada.runs("/status")
    assert status.message is not None
    assert "allows only so many requests a minute; going on at <t:" in status.message.text
    await stands(world, "running")
    world.novita.finish_all()
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1
    assert card.ephemeral_to is None


async def test_the_bot_keeps_within_the_accounts_limit_by_itself(world: World) -> None:
    world.novita.rate_limited = True
    await world.has_key(world.ada)
    for number in range(3):
        await paints(world, f"lighthouse number {number}", count=8)
    await stands(world, "queued", note="limited")
    await until(world, lambda: world.novita.orders == 2, what="two orders")
    assert not [each for each in world.novita.requests if each.status == 429]


async def test_a_prompt_that_the_content_rules_refuse_is_said(world: World) -> None:
    await world.has_key(world.ada)
    card = await paints(world, "a forbidden lighthouse")
    await says(world, card, "content rules refuse this prompt", "say it in other words")
    assert world.novita.orders == 0


async def test_a_provider_that_is_down_is_waited_for_and_ordered_from_once(world: World) -> None:
    await world.has_key(world.ada)
    async with world.novita.down():
        card = await paints(world, "a lighthouse")
        await stands(world, "queued", note="down")
        await says(world, card, "does not answer")
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1

    async with world.novita.down():
        form = await world.cy.runs("/key set")
        answer = await world.cy.submits(form, api_key="sk_some_key_of_cy")
        await answer.answered()
        assert "Novita does not answer at the moment" in told(answer)


async def test_a_provider_that_goes_down_while_it_paints_is_waited_for(world: World) -> None:
    world.novita.pace = Pace(paint_queue_seconds=0, painting_seconds=1)
    await world.has_key(world.ada)
    await paints(world, "a lighthouse")
    await stands(world, "running")
    async with world.novita.down():
        await stands(world, "running", note="down", attempts=1)
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1


async def test_a_slow_provider_is_waited_for(world: World) -> None:
    key = world.novita.key("ada")
    world.novita.faults.slow(3.2, path="/v3/user")
    form = await world.ada.runs("/key set")
    answer = await world.ada.submits(form, api_key=key)
    await answer.answered()
    assert "key works" in told(answer)
    world.novita.faults.slow(1, method="POST", path=ORDERS)
    await paints(world, "a lighthouse")
    await delivered(world, newest(world).id)
    assert world.novita.orders == 1


async def test_nonsense_from_the_provider_is_said_or_asked_again_and_never_ordered_twice(
    world: World, cats: list[Path]
) -> None:
    faults = world.novita.faults
    html = faults.html(200, method="GET", times=None)
    form = await world.ada.runs("/key set")
    answer = await world.ada.submits(form, api_key=world.novita.key("ada"))
    await answer.answered()
    assert "something that I cannot make sense of" in told(answer)
    faults.remove(html)
    await world.has_key(world.ada)

    faults.truncated_json(method="POST", path="/v3/training/*")
    faults.html(502, method="GET", path="/v3/training/subject")
    faults.truncated_json(method="GET", path="/v3/training/subject")
    await orders_training(world.ada, "mara", cats[:4])
    await stands(world, "running")
    await hurried(world, world.ada, newest(world).id)
    assert world.novita.orders == 1, "a training whose answer could not be read was found by its name"

    faults.html(502, method="POST", path="/v3/async/txt2img")
    await paints(world, "a lighthouse in fog")
    job = await stands(world, "unknown_outcome")
    assert "may have been paid for" in await status_of(world.ada, job.id)
    assert world.novita.orders == 1
    assert results(world, newest(world).id) == []


async def test_a_taken_name_and_a_training_one_are_refused_before_anything_is_ordered(
    world: World, cats: list[Path]
) -> None:
    world.novita.pace = Pace()
    await world.has_key(world.ada)
    await orders_training(world.ada, "mara", cats[:4])
    await stands(world, "running")
    taken = await orders_training(world.ada, "Mara", cats[:4])
    await taken.answered()
    assert "already have a LoRA called `Mara`" in told(taken)
    assert "**/loras rename**" in told(taken)
    early = await world.ada.runs("/imagine", prompt="a cat", lora="mara")
    assert "`mara` is still in training" in told(early)
    misnamed = await orders_training(world.ada, "a,b", cats[:4])
    await misnamed.answered()
    assert "no comma, colon or backtick" in told(misnamed)
    assert len(jobs(world)) == 1
    assert world.novita.orders == 1


async def test_what_cannot_be_painted_is_refused_before_money_moves(world: World, cats: list[Path]) -> None:
    await world.has_key(world.ada)
    await owns_lora(world, world.ada, "mara", cats[:4])
    await owns_lora(world, world.ada, "xena", cats[:4], base_model="animagineXLV31_v31_325600")
    orders = world.novita.orders
    for options, sentence in (
        ({"prompt": "x" * 1020, "lora": "mara"}, "Shorten it by 6"),
        ({"prompt": "   "}, "the prompt is empty"),
        (
            {"prompt": "a cat", "lora": "xena", "model": "dreamshaper_8_93211.safetensors"},
            "they do not go together",
        ),
        ({"prompt": "a cat", "lora": "mara, xena"}, "cannot paint together"),
        ({"prompt": "a cat", "lora": "mara:2"}, "`2` is no weight"),
        ({"prompt": "a cat", "lora": "nobody"}, "no LoRA called `nobody`"),
        ({"prompt": "a cat", "model": "no such model"}, "no model called `no such model`"),
        ({"prompt": "a cat", "shape": "1x1"}, "`1x1` is no shape"),
    ):
        answer = await world.ada.runs("/imagine", **options)
        await answer.answered()
        assert sentence in told(answer)
    for option in ("prompt", "negative"):
        with pytest.raises(NotOffered, match="1025 characters"):
            await world.ada.runs("/imagine", **{"prompt": "a cat", option: "x" * 1025})
    offered = {
        typed: [each["value"] for each in await world.ada.types("/imagine", "shape", typed)]
        for typed in ("p", "642x770", "99x12", "round")
    }
    assert offered == {"p": ["portrait"], "642x770": ["640x768"], "99x12": [], "round": []}
    assert world.novita.orders == orders


async def test_somebody_elses_job_button_and_lora_are_nobodys_business(
    world: World, cats: list[Path]
) -> None:
    await world.has_key(world.ada)
    await world.has_key(world.cy)
    job = await owns_lora(world, world.ada, "mara", cats[:4])
    painting = await paints(world, "a cat on a roof", lora="mara")
    result = await delivered(world, newest(world).id)
    world.novita.pace = Pace()
    running = await paints(world, "a lighthouse at night")
    await stands(world, "running")

    status = await world.cy.runs("/status", job=job)
    assert "no such job of yours" in told(status)
    stolen = await world.cy.runs("/imagine", prompt="a cat", lora="mara")
    assert "no LoRA called `mara`" in told(stolen)
    assert await world.cy.types("/imagine", "lora", "m") == []
    for button, message in (("🔁", result), ("Cancel", running)):
        pressed = await world.cy.clicks(button, message)
        await pressed.answered()
        assert any(words in told(pressed) for words in ("somebody else's job", "no such job of yours"))
    for command in ("/loras rename", "/loras forget"):
        refused = await world.cy.runs(command, name="mara", **({"to": "mine"} if "rename" in command else {}))
        assert "no LoRA called `mara`" in told(refused)
    listed = await world.cy.runs("/loras list")
    assert "no LoRAs yet" in told(listed)
    nothing = await world.cy.runs("/status")
    assert "no jobs yet" in told(nothing)
    assert painting.ephemeral_to is None
    assert world.novita.orders == 3


async def test_flagged_pictures_are_withheld_except_in_an_age_restricted_channel(world: World) -> None:
    await world.has_key(world.ada)
    await paints(world, "a nude statue", count=2)
    await stands(world, "failed")
    status = await status_of(world.ada, newest(world).id)
    assert "flagged all 2 pictures as not safe for everyone" in status
    assert "age-restricted channel" in status
    assert results(world, newest(world).id) == []

    world.novita.faults.nsfw({"valid": True, "confidence": 90})
    await paints(world, "a statue in the rain")
    await stands(world, "failed")
    assert "flagged the picture" in await status_of(world.ada, newest(world).id)

    ada = world.ada.at(world.guild.text_channel("adults", nsfw=True))
    answer = await ada.runs("/imagine", prompt="a nude statue at night")
    await answer.answered()
    result = await delivered(world, newest(world).id)
    assert len(result.attachments) == 1
    await until(world, lambda: len(jobs(world)) == 3, what="three jobs")
