"""What may be asked: names, triggers, shapes, prompts; and specs that come back from JSON as they were."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.errors import BadName, BadShape, BadTrigger, PromptEmpty, PromptTooLong
from bot.domain.models import LORA_NAME_LENGTH, Family, ProviderName, name_key
from bot.domain.specs import (
    LARGEST_SIDE,
    PROMPT_LIMIT,
    SHAPES,
    SMALLEST_SIDE,
    SPEC,
    TRIGGER_LENGTH,
    TrainingKind,
    has_word,
    lora_name,
    size_of,
    trigger_word,
    with_triggers,
)
from tests.values import lora_use, painting_spec, training_spec

SIDES = st.integers(SMALLEST_SIDE, LARGEST_SIDE)


# --- shapes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", Family)
def test_every_named_shape_is_of_sides_that_the_provider_takes(family: Family) -> None:
    assert list(SHAPES[family]) == ["square", "portrait", "landscape", "wide"]
    for name, (width, height) in SHAPES[family].items():
        assert size_of(f" {name.upper()} ", family) == (width, height)
        assert width % 8 == height % 8 == 0


def test_without_a_shape_it_is_the_square_of_the_family() -> None:
    assert size_of(None, Family.SD15) == size_of("", Family.SD15) == (512, 512)
    assert size_of(None, Family.SDXL) == (1024, 1024)


@given(SIDES, SIDES, st.sampled_from(["x", "X", "×", "*", " x "]))
def test_a_size_is_rounded_down_to_eights_within_the_limits(width: int, height: int, sign: str) -> None:
    given_width, given_height = size_of(f"{width}{sign}{height}", Family.SD15)
    assert (given_width, given_height) == (width - width % 8, height - height % 8)
    assert given_width >= SMALLEST_SIDE
    assert given_height >= SMALLEST_SIDE


@pytest.mark.parametrize(
    "shape",
    ["round", "127x512", "512x2049", "512", "x512", "-512x512", "512x512x512", "5e2x512", "99999x99999"],
)
def test_any_other_shape_is_refused_with_the_limits(shape: str) -> None:
    with pytest.raises(BadShape) as caught:
        size_of(shape, Family.SD15)
    assert (caught.value.smallest, caught.value.largest) == (128, 2048)


@given(st.text(max_size=200))
def test_whatever_is_typed_as_a_shape_is_a_size_or_refused_in_short(text: str) -> None:
    with contextlib.suppress(BadShape):
        width, height = size_of(text, Family.SDXL)
        assert SMALLEST_SIDE <= width <= LARGEST_SIDE
        assert SMALLEST_SIDE <= height <= LARGEST_SIDE


def test_a_long_shape_is_quoted_in_short() -> None:
    with pytest.raises(BadShape) as caught:
        size_of("round" * 100, Family.SD15)
    assert len(caught.value.value) <= 40


# --- names and triggers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("mara", "mara"), ("  my   old  cat ", "my old cat"), ("猫", "猫"), ("x" * 32, "x" * 32)],
)
def test_a_name_is_kept_with_single_spaces(typed: str, kept: str) -> None:
    assert lora_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "   ", "x" * 33, "a,b", "a:0.8", "a`b", "a\x00b", "a\u200bb", "a\u202eb"]
)
def test_a_name_that_the_picker_cannot_hold_is_refused(typed: str) -> None:
    with pytest.raises(BadName) as caught:
        lora_name(typed)
    assert caught.value.limit == LORA_NAME_LENGTH


@given(st.text(max_size=40))
def test_a_kept_name_is_kept_as_it_is(text: str) -> None:
    try:
        name = lora_name(text)
    except BadName:
        return
    assert lora_name(name) == name
    assert "\n" not in name
    assert name_key(name) == name_key(f" {name} ")


@given(st.text(min_size=1, max_size=32))
@example("ﬃ" * 32)  # one letter that is three in lower case
def test_a_trigger_made_from_a_name_is_one_that_could_be_typed(name: str) -> None:
    made = trigger_word(None, name=name)
    assert made.endswith("_ezl")
    assert len(made) <= TRIGGER_LENGTH
    assert trigger_word(made, name=name) == made


def test_a_trigger_made_from_a_name_without_letters_still_calls_something() -> None:
    assert trigger_word("  ", name="❤❤") == "lora_ezl"


@pytest.mark.parametrize("typed", ["zqx", "zqx_mara", "old cat", "zqx-2", "猫"])
def test_a_trigger_is_letters_digits_spaces_and_two_signs(typed: str) -> None:
    assert trigger_word(f" {typed} ", name="x") == typed


@pytest.mark.parametrize("typed", ["a,b", "a:b", "(a)", "<lora:x:1>", "-a", "x" * 41, "a\\b", "a`b", "a*b"])
def test_a_trigger_that_a_prompt_would_read_otherwise_is_refused(typed: str) -> None:
    with pytest.raises(BadTrigger) as caught:
        trigger_word(typed, name="x")
    assert caught.value.limit == TRIGGER_LENGTH


# --- prompts --------------------------------------------------------------------------------------------------


def test_a_missing_trigger_is_put_first() -> None:
    assert with_triggers(" a cat ", ("zqx",)) == "zqx, a cat"


@pytest.mark.parametrize(
    "prompt", ["zqx asleep", "a ZQX", "portrait, zqx, at night", "(zqx:1.2)", "zqx's hat"]
)
def test_a_trigger_that_stands_there_in_any_case_is_not_added(prompt: str) -> None:
    assert with_triggers(prompt, ("zqx",)) == prompt


@pytest.mark.parametrize("prompt", ["zqxy", "azqx", "zqx_2", "zqx2"])
def test_a_trigger_within_another_word_does_not_count(prompt: str) -> None:
    assert not has_word(prompt, "zqx")
    assert with_triggers(prompt, ("zqx",)) == f"zqx, {prompt}"


def test_several_triggers_keep_their_order_and_each_is_added_once() -> None:
    assert with_triggers("a cat with b", ("a", "b", "c", "d", "c")) == "c, d, a cat with b"


def test_a_trigger_of_letters_that_mean_something_to_a_search_is_found_as_it_is() -> None:
    assert has_word("draw a.c now", "a.c")
    assert not has_word("draw abc now", "a.c")


@pytest.mark.parametrize("prompt", ["", " ", "\n\t "])
def test_an_empty_prompt_is_refused_also_with_a_trigger(prompt: str) -> None:
    with pytest.raises(PromptEmpty):
        with_triggers(prompt, ("zqx",))


def test_a_prompt_of_exactly_the_limit_passes_and_one_more_does_not() -> None:
    assert len(with_triggers("x" * (PROMPT_LIMIT - 5), ("zqx",))) == PROMPT_LIMIT
    with pytest.raises(PromptTooLong) as caught:
        with_triggers("x" * (PROMPT_LIMIT - 4), ("zqx",))
    assert (caught.value.length, caught.value.limit) == (PROMPT_LIMIT + 1, PROMPT_LIMIT)


def test_a_character_beyond_the_basic_plane_counts_once() -> None:
    assert with_triggers("🐈" * PROMPT_LIMIT, ()) == "🐈" * PROMPT_LIMIT


@given(st.text(min_size=1, max_size=300), st.lists(st.from_regex(r"\A[a-z]{1,8}\Z"), max_size=5))
def test_what_is_sent_holds_the_prompt_and_every_trigger(prompt: str, triggers: list[str]) -> None:
    try:
        complete = with_triggers(prompt, tuple(triggers))
    except PromptEmpty:
        assert not prompt.strip()
        return
    assert complete.endswith(prompt.strip())
    assert all(has_word(complete, trigger) for trigger in triggers)


# --- specs ----------------------------------------------------------------------------------------------------


def test_a_spec_comes_back_from_the_database_as_it_was() -> None:
    specs = [
        training_spec(kind=TrainingKind.STYLE, family=Family.SDXL, steps=900),
        painting_spec(loras=(lora_use(1), lora_use(2, weight=0)), negative="rain", nsfw_check=False),
    ]
    for spec in specs:
        assert SPEC.validate_python(json.loads(json.dumps(SPEC.dump_python(spec, mode="json")))) == spec


def test_a_field_that_a_newer_version_wrote_does_not_keep_a_spec_from_being_read() -> None:
    written = {**SPEC.dump_python(painting_spec(), mode="json"), "aura": 3}
    assert SPEC.validate_python(written) == painting_spec()


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 9},
        {"count": 0},
        {"seed": -1},
        {"seed": 2**32},
        {"steps": 101},
        {"guidance": 31},
        {"width": 64},
    ],
)
def test_numbers_that_no_provider_takes_make_no_spec(changes: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        painting_spec(**changes)


def test_a_weight_goes_from_nothing_to_one() -> None:
    assert [lora_use(weight=w).weight for w in (0, 1)] == [0, 1]
    for weight in (-0.1, 1.1):
        with pytest.raises(ValidationError):
            lora_use(weight=weight)


@pytest.mark.parametrize(("pictures", "steps"), [(4, 800), (9, 1800), (10, 2000), (50, 2000)])
def test_without_steps_there_are_two_hundred_a_picture_up_to_two_thousand(pictures: int, steps: int) -> None:
    assert training_spec().total_steps(pictures) == steps
    assert training_spec(steps=77).total_steps(pictures) == 77


def test_a_family_says_the_side_that_it_trains_at() -> None:
    assert (training_spec().side, training_spec(family=Family.SDXL).side) == (512, 1024)


def test_the_trigger_stands_in_what_the_provider_is_told() -> None:
    for kind in TrainingKind:
        spec = training_spec(kind=kind, trigger="zqx")
        assert has_word(spec.instance_prompt, "zqx")
        assert has_word(spec.caption(), "zqx")


@pytest.mark.parametrize("closed", [Family, ProviderName])
def test_every_word_of_a_closed_set_has_a_name_for_people(closed: type[Family | ProviderName]) -> None:
    assert all(member.label for member in closed)


def test_a_picture_tells_how_it_was_made_in_the_words_of_painting_tools() -> None:
    lora = lora_use(name="mara", weight=0.8)
    spec = painting_spec(prompt="mara_ezl, a cat", negative="dogs", loras=(lora,))
    prompt, negative, settings = spec.parameters(1).splitlines()
    assert prompt == "mara_ezl, a cat <lora:mara:0.8>"
    assert negative == "Negative prompt: dogs"
    assert settings.startswith("Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 8, Size: 256x256, ")
    assert settings.endswith("Model: dreamshaper_8_93211.safetensors")
    assert "Negative" not in painting_spec().parameters(0)
