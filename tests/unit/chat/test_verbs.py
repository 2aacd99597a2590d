"""Custom ids hold everything that a button knows, and come back from Discord as they went."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.verbs import Pressed, Submitted, Verb, button_id, form_id, mark, pressed, submitted
from bot.domain.jobs import JOB_ID_PATTERN, new_job_id

JOB_IDS = st.from_regex(re.compile(JOB_ID_PATTERN), fullmatch=True)
VERBS = st.sampled_from(Verb)
KINDS = st.from_regex(r"[a-z]+", fullmatch=True).filter(lambda kind: len(kind) < 20)
JSONS = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["component", "components", "custom_id", "value"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)
TEXTS = st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=50), max_size=4)


@given(VERBS, JOB_IDS)
def test_a_button_comes_back_as_it_went_within_a_hundred_characters(verb: Verb, job_id: str) -> None:
    custom_id = button_id(verb, job_id)
    assert pressed(custom_id) == Pressed(verb, job_id)
    assert len(custom_id) <= 100
    assert submitted(custom_id, []) is None


@given(VERBS, JOB_IDS, VERBS, JOB_IDS)
def test_two_buttons_have_two_ids(verb: Verb, job_id: str, other_verb: Verb, other_id: str) -> None:
    same = (verb, job_id) == (other_verb, other_id)
    assert (button_id(verb, job_id) == button_id(other_verb, other_id)) is same


@given(st.text(max_size=120))
def test_whatever_comes_as_a_custom_id_is_a_button_of_ours_or_none(text: str) -> None:
    found = pressed(text)
    assert found is None or button_id(found.verb, found.job_id) == text


@given(VERBS, JOB_IDS, st.text(min_size=1, max_size=5))
def test_a_button_with_anything_before_or_after_it_is_none(verb: Verb, job_id: str, more: str) -> None:
    assert pressed(more + button_id(verb, job_id)) is None
    assert pressed(button_id(verb, job_id) + more) is None


def test_words_and_ids_that_were_never_ours_are_none() -> None:
    for custom_id in (
        "",
        "job::",
        "job:cancel:",
        f"job:burn:{new_job_id()}",
        "job:cancel:ILOU000000",
        "form:key:novita",
    ):
        assert pressed(custom_id) is None


def in_labels(texts: dict[str, str]) -> list[dict[str, Any]]:
    """As Discord sends a modal of labels, with a text display before."""
    labels = [
        {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": name, "value": value}}
        for name, value in texts.items()
    ]
    return [{"type": 10, "id": 9}, *labels]


def in_rows(texts: dict[str, str]) -> list[dict[str, Any]]:
    """As Discord sent modals before labels."""
    return [
        {"type": 1, "components": [{"type": 4, "custom_id": name, "value": value}]}
        for name, value in texts.items()
    ]


@given(KINDS, st.from_regex(r"[\w-]{0,40}", fullmatch=True), TEXTS)
def test_a_form_comes_back_with_what_was_typed_in_labels_and_in_rows(
    kind: str, argument: str, texts: dict[str, str]
) -> None:
    for components in (in_labels(texts), in_rows(texts)):
        assert submitted(form_id(kind, argument), components) == Submitted(kind, argument, texts)
    assert pressed(form_id(kind, argument)) is None


@given(JSONS)
def test_whatever_comes_as_components_is_read_without_falling_over(components: Any) -> None:
    form = submitted(form_id("key", "novita"), components)
    assert form is not None
    assert all(isinstance(text, str) for text in form.texts.values())


@given(JOB_IDS, JOB_IDS)
def test_the_mark_of_a_result_is_not_in_another_ones(one: str, other: str) -> None:
    assert (mark(one) in f"text {mark(other)} text") is (one == other)
