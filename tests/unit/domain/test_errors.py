"""Refusals as facts: stored with a job, and the same when they come back."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import MixedFamilies, ProviderRefusal, RateLimited, Refusal, Unexplained, WrongFamily
from bot.domain.models import Family
from tests.refusals import every_kind, instance

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def same(one: Refusal, other: Refusal) -> bool:
    return type(one) is type(other) and dataclasses.astuple(one) == dataclasses.astuple(other)


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.code)
def test_every_refusal_survives_the_database(kind: type[Refusal]) -> None:
    refusal = instance(kind)
    assert same(Refusal.from_facts(json.loads(json.dumps(refusal.to_facts()))), refusal)


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.code)
def test_every_refusal_says_its_code_and_fields_to_the_log_and_can_be_copied(kind: type[Refusal]) -> None:
    refusal = instance(kind)
    assert str(refusal).startswith(f"{kind.code}(")
    assert same(copy.copy(refusal), refusal)


def test_codes_are_unlike_each_other_and_made_of_the_names() -> None:
    codes = [kind.code for kind in every_kind()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)
    assert Refusal.kinds["no_key"].__name__ == "NoKey"
    assert issubclass(RateLimited, ProviderRefusal)


def test_facts_of_a_kind_that_this_version_does_not_know_are_unexplained_by_their_code() -> None:
    refusal = Refusal.from_facts({"code": "eclipse_of_the_moon", "phase": 3})
    assert same(refusal, Unexplained(reference="eclipse_of_the_moon"))


def test_facts_whose_fields_have_changed_are_unexplained_by_their_code() -> None:
    assert same(Refusal.from_facts({"code": "too_few_pictures"}), Unexplained(reference="too_few_pictures"))
    bad = {"code": "too_few_pictures", "usable": "many", "minimum": 4}
    assert same(Refusal.from_facts(bad), Unexplained(reference="too_few_pictures"))


def test_a_field_that_an_older_version_wrote_and_this_one_dropped_is_no_matter() -> None:
    facts = {"code": "no_key", "provider": "novita", "colour": "green"}
    assert type(Refusal.from_facts(facts)).code == "no_key"


def test_words_of_closed_sets_are_stored_as_plain_text() -> None:
    refusal = WrongFamily(lora="mara", lora_family=Family.SD15, model="X", model_family=Family.SDXL)
    assert json.loads(json.dumps(refusal.to_facts()))["lora_family"] == "sd15"


def test_a_list_comes_back_as_the_tuple_it_was() -> None:
    back = Refusal.from_facts(json.loads(json.dumps(MixedFamilies(names=("a", "b")).to_facts())))
    assert isinstance(back, MixedFamilies)
    assert back.names == ("a", "b")


@given(st.dictionaries(st.sampled_from(["code", "provider", "reason", "limit", "x"]), JSONS))
def test_whatever_stands_in_the_database_comes_back_as_some_refusal(facts: dict[str, Any]) -> None:
    assert isinstance(Refusal.from_facts(facts), Refusal)


@given(st.sampled_from(every_kind()), JSONS)
def test_whatever_stands_in_a_field_comes_back_as_some_refusal(kind: type[Refusal], value: Any) -> None:
    facts = {"code": kind.code, **{field.name: value for field in dataclasses.fields(kind)}}
    assert type(Refusal.from_facts(facts)) in (kind, Unexplained)
