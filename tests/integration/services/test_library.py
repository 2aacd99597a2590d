"""The library and its picker's text."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import (
    BadName,
    BadWeight,
    LoraNotReady,
    MixedFamilies,
    NameTaken,
    Refusal,
    TooManyLoras,
    UnknownLora,
)
from bot.domain.models import Family
from bot.services.library import DEFAULT_WEIGHT
from bot.storage.database import Database
from tests.house import House
from tests.values import ADA, BEN

MOST = 25


async def names(house: House, typed: str) -> list[str]:
    return await house.library.complete(ADA, typed, most=MOST)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        (None, []),
        ("", []),
        (" , ,", []),
        ("mara", [("mara", DEFAULT_WEIGHT)]),
        (" MARA : 0.5 ", [("mara", 0.5)]),
        ("mara:", [("mara", DEFAULT_WEIGHT)]),
        ("mara:0, old cat:1", [("mara", 0.0), ("old cat", 1.0)]),
        ("old   cat:.25", [("old cat", 0.25)]),
        ("mara, mara:0.3", [("mara", DEFAULT_WEIGHT)]),
    ],
)
async def test_the_text_names_loras_with_their_weights_in_order(
    house: House, text: str | None, picked: list[tuple[str, float]]
) -> None:
    await house.add_lora("mara")
    await house.add_lora("old cat")
    found = await house.library.pick(ADA, text)
    assert [(use.name, use.weight) for use in found.uses] == picked
    assert [lora.name for lora in found.loras] == [name for name, _ in picked]
    assert all(use.model_name == f"model_{use.name}" for use in found.uses)


@pytest.mark.parametrize("weight", ["1.1", "-0.1", "strong", "nan", "inf", "0.8:0.9", "0x1"])
async def test_a_weight_that_is_not_from_nothing_to_one_is_refused(house: House, weight: str) -> None:
    await house.add_lora("mara")
    with pytest.raises(BadWeight) as caught:
        await house.library.pick(ADA, f"mara:{weight}")
    assert caught.value.value == weight


async def test_somebody_elses_lora_is_an_unknown_one(house: House) -> None:
    await house.add_lora("mara", owner_id=BEN)
    with pytest.raises(UnknownLora) as caught:
        await house.library.pick(ADA, "mara")
    assert caught.value.name == "mara"


async def test_a_lora_in_training_is_not_ready(house: House) -> None:
    await house.add_lora("mara", ready=False)
    with pytest.raises(LoraNotReady):
        await house.library.pick(ADA, "mara")


async def test_a_painting_takes_five_loras_and_no_sixth(house: House) -> None:
    for number in range(6):
        await house.add_lora(f"l{number}")
    assert len((await house.library.pick(ADA, "l0,l1,l2,l3,l4")).uses) == 5
    with pytest.raises(TooManyLoras):
        await house.library.pick(ADA, "l0,l1,l2,l3,l4,l5")


async def test_loras_of_two_families_do_not_paint_together(house: House) -> None:
    await house.add_lora("old")
    await house.add_lora("new", family=Family.SDXL)
    with pytest.raises(MixedFamilies) as caught:
        await house.library.pick(ADA, "old, new")
    assert caught.value.names == ("old", "new")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(alphabet=st.sampled_from("mara:0.8,  x\n"), max_size=40))
async def test_whatever_is_typed_is_a_choice_or_a_refusal(house: House, text: str) -> None:
    async with house.database.read() as tx:
        known = await tx.loras.named(ADA, "mara")
    if known is None:
        await house.add_lora("mara")
    try:
        picked = await house.library.pick(ADA, text)
    except Refusal:
        return
    assert all(0 <= use.weight <= 1 for use in picked.uses)


async def test_the_picker_shows_at_most_as_many_as_discord_takes_the_newest_first(house: House) -> None:
    for number in range(30):
        house.clock.advance(seconds=1)
        await house.add_lora(f"cat {number:02d}")
    assert await names(house, "") == [f"cat {number:02d}" for number in range(29, 4, -1)]
    assert await names(house, "cat 03") == ["cat 03"]


async def test_what_begins_as_typed_comes_before_what_only_holds_it(house: House) -> None:
    for name in ("mara", "amara", "mar"):
        house.clock.advance(seconds=1)
        await house.add_lora(name)
    assert await names(house, " MAR") == ["mar", "mara", "amara"]


async def test_only_the_last_entry_is_completed_and_none_is_offered_twice(house: House) -> None:
    for name in ("mara", "cat"):
        house.clock.advance(seconds=1)
        await house.add_lora(name)
    assert await names(house, "mara:0.5, ") == ["mara:0.5, cat"]
    assert await names(house, "mara:0.5,c") == ["mara:0.5, cat"]
    assert await names(house, "mara, cat:0.3") == ["mara, cat:0.3"]
    assert await names(house, "mara:") == ["mara"]
    assert await names(house, "dog") == []


async def test_a_completion_beyond_a_hundred_characters_is_not_offered(house: House) -> None:
    await house.add_lora("x" * 32)
    await house.add_lora("y")
    assert all(len(text) <= 100 for text in await names(house, f"{'a' * 97},"))
    assert await names(house, f"{'a' * 97},") == [f"{'a' * 97}, y"]


async def test_a_lora_in_training_and_somebody_elses_are_not_offered(house: House) -> None:
    await house.add_lora("waiting", ready=False)
    await house.add_lora("bens", owner_id=BEN)
    assert await names(house, "") == []


async def test_the_picker_answers_from_memory_until_something_changes(house: House) -> None:
    await house.add_lora("mara")
    assert await names(house, "") == ["mara"]
    async with Database(str(house.database.url)) as other, other.write() as tx:
        lora = await tx.loras.named(ADA, "mara")
        assert lora is not None
        await tx.loras.rename(lora, name="behind its back")
    assert await names(house, "") == ["mara"]
    house.library.changed(ADA)
    assert await names(house, "") == ["behind its back"]


async def test_a_renamed_lora_keeps_its_trigger_and_is_offered_by_its_new_name(house: House) -> None:
    lora = await house.add_lora("mara")
    assert await names(house, "") == ["mara"]
    before = await house.library.rename(ADA, " MARA ", to="  tom ")
    assert before == lora
    assert await names(house, "") == ["tom"]
    assert await house.library.of(ADA) == [dataclasses.replace(lora, name="tom")]


async def test_renaming_refuses_what_training_would(house: House) -> None:
    await house.add_lora("mara")
    await house.add_lora("tom")
    with pytest.raises(NameTaken):
        await house.library.rename(ADA, "mara", to="TOM")
    with pytest.raises(BadName):
        await house.library.rename(ADA, "mara", to="a:b")
    with pytest.raises(UnknownLora):
        await house.library.rename(BEN, "mara", to="mine")
    assert (await house.library.rename(ADA, "mara", to="Mara")).name == "mara"


async def test_a_forgotten_lora_is_gone_and_its_name_is_free(house: House) -> None:
    await house.add_lora("mara")
    with pytest.raises(UnknownLora):
        await house.library.forget(BEN, "mara")
    assert (await house.library.forget(ADA, "MARA")).name == "mara"
    assert await house.library.of(ADA) == []
    await house.add_lora("mara", ready=False)
    with pytest.raises(LoraNotReady):
        await house.library.forget(ADA, "mara")
