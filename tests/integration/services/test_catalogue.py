"""The catalogue: what the configuration knows, and what the provider lists beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import ProviderDown, UnknownBaseModel, UnknownModel
from bot.domain.keys import ApiKey
from bot.domain.models import Checkpoint, Family
from bot.services.catalogue import Catalogue
from tests.house import House
from tests.scripted import ScriptedProvider

KEY = ApiKey("sk_ada-and-her-key")
LISTED = Checkpoint("stable-diffusion-xl-base-1.0_9.safetensors", "SDXL base", Family.SDXL)
OTHER = Checkpoint("ghibli_v3.safetensors", "Ghibli", Family.SD15)


def test_the_configuration_knows_seventeen_base_models_of_both_families(house: House) -> None:
    assert len(house.catalogue.base_models) == 17
    assert {base.family for base in house.catalogue.base_models} == set(Family)
    assert len({base.value for base in house.catalogue.base_models}) == 17


def test_a_base_model_is_found_by_value_or_title_and_the_default_by_nothing(house: House) -> None:
    default = house.catalogue.base_model(None)
    assert house.catalogue.base_model(f" {default.title.upper()} ") == default
    assert house.catalogue.base_model(default.value) == default
    with pytest.raises(UnknownBaseModel) as caught:
        house.catalogue.base_model("x" * 500)
    assert len(caught.value.value) == 100


def test_every_family_has_something_to_paint_with_before_anything_was_listed(house: House) -> None:
    for family in Family:
        assert house.catalogue.checkpoints(family)
    assert house.catalogue.default() in house.catalogue.checkpoints()
    with pytest.raises(UnknownModel):
        house.catalogue.checkpoint("nothing of the kind")


def test_every_base_model_has_a_checkpoint_of_its_family_to_paint_with(house: House) -> None:
    for base in house.catalogue.base_models:
        found = house.catalogue.matching(base_model=base.value, family=base.family)
        assert found.family is base.family
        if base.checkpoint is not None:
            assert found.name == base.checkpoint


async def test_what_the_provider_lists_is_offered_after_the_configured(
    house: House, provider: ScriptedProvider
) -> None:
    configured = house.catalogue.checkpoints()
    provider.catalogue = (OTHER, LISTED, configured[0])
    assert await house.catalogue.refresh(KEY)
    assert house.catalogue.checkpoints() == [*configured, OTHER, LISTED]
    assert house.catalogue.checkpoint("ghibli") == OTHER
    base = house.catalogue.base_model("stable-diffusion-xl-base-1.0")
    assert house.catalogue.matching(base_model=base.value, family=base.family) == LISTED


async def test_the_provider_is_asked_once_a_day_whatever_came_of_it(
    house: House, provider: ScriptedProvider
) -> None:
    provider.fails("checkpoints", ProviderDown(provider="novita"))
    with pytest.raises(ProviderDown):
        await house.catalogue.refresh(KEY)
    assert not await house.catalogue.refresh(KEY)
    provider.mends()
    house.clock.advance(hours=24)
    assert await house.catalogue.refresh(KEY)
    assert provider.count("checkpoints") == 2


async def test_the_list_survives_a_restart_and_is_not_asked_for_again(
    house: House, provider: ScriptedProvider, tmp_path: Path
) -> None:
    provider.catalogue = (OTHER,)
    await house.catalogue.refresh(KEY)
    next_one = Catalogue(provider, database=house.database, clock=house.clock)
    await next_one.restore()
    assert next_one.checkpoint("Ghibli") == OTHER
    assert not await next_one.refresh(KEY)
