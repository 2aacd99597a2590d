"""Every refusal and every verdict has a sentence of its own, which says what would work and shows nothing raw."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.sentences import code, explain, explained, family, provider, shown, verdict
from bot.domain.errors import (
    PicturesGone,
    PromptTooLong,
    ProviderRefusal,
    RateLimited,
    Refusal,
    ResultWithheld,
    TookTooLong,
    TooLateToCancel,
)
from bot.domain.jobs import JobState
from bot.pictures import VERDICTS, Kind, seen_in
from tests.refusals import every_kind, instance
from tests.values import job, view

LONGEST = 600
NASTY = (
    "@everyone <@123456789012345678> **x** `y` [z](https://e.vil) # h\n> q ||s|| _u_ ~~t~~ <#1> </a:1> <t:0>"
)
ENDS = (".", "?", "!", "”.")


def sentences() -> list[tuple[str, str]]:
    return [(kind.code, explain(instance(kind))) for kind in every_kind()]


@pytest.mark.parametrize(("_code", "sentence"), sentences())
def test_every_refusal_has_a_sentence_that_ends_as_one(_code: str, sentence: str) -> None:
    assert sentence == sentence.strip()
    assert 20 <= len(sentence) <= LONGEST
    assert sentence.endswith(ENDS)
    assert sentence[0].isupper() or sentence[0] in "`*"


@pytest.mark.parametrize(("_code", "sentence"), sentences())
def test_no_sentence_has_a_placeholder_or_a_word_of_the_code(_code: str, sentence: str) -> None:
    assert not re.search(r"[{}]|\bNone\b|\bTrue\b|\bFalse\b|<class|object at|__", sentence)
    assert "  " not in sentence
    assert "novita" not in sentence, "the provider's label is for people"


WORKS = re.compile(
    r"\*\*\S|again|instead|choose|pick|use|try|wait|look|show|set|top it up|say it|copy|attach|shorten|press|write"
    r"|leave|learn|send|works?\b|tell|mend|on its way|anew",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("_code", "sentence"), sentences())
def test_every_sentence_names_something_that_would_work(_code: str, sentence: str) -> None:
    assert WORKS.search(sentence)


def test_no_two_refusals_share_a_sentence() -> None:
    said = [sentence for _, sentence in sentences()]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.code)
def test_no_refusal_falls_back_to_the_sentence_of_its_base(kind: type[Refusal]) -> None:
    assert kind in explain.registry
    if issubclass(kind, ProviderRefusal):
        assert explain(instance(kind)) != explain(ProviderRefusal(provider="novita"))


def test_a_refusal_without_a_sentence_is_a_fault_and_no_silence() -> None:
    with pytest.raises(LookupError, match="no sentence for Refusal"):
        explain(Refusal())


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.code)
def test_what_a_person_or_a_service_wrote_can_neither_mention_nor_format_nor_flood(
    kind: type[Refusal],
) -> None:
    flood = NASTY * 20
    given = {
        field.name: (flood, flood) if "tuple" in str(field.type) else flood
        for field in dataclasses.fields(kind)
        if "str" in str(field.type) and field.name not in ("option", "state")
    }
    sentence = explain(instance(kind, **given))
    assert len(sentence) <= 1200
    ours = re.sub(r"(?<!\\)\*\*(/?\w[\w ]*)\*\*", r"\1", without_code(sentence)).replace("base_model", "")
    assert harmless(ours), sentence


def without_code(text: str) -> str:
    """Discord shows what stands in a code span as it is."""
    return re.sub(r"`[^`\n]+`", "", text)


def harmless(text: str) -> bool:
    """Whether no mention and no format is left that is not escaped."""
    bare = re.sub(r"\\.", "", text)
    return not re.search(r"@(everyone|here|[!&]?\d{17,20})|[*_~|`]|<[@#/:at]|\n|\]\(", bare)


@given(st.text(max_size=300), st.integers(5, 300))
@example(NASTY, 300)
@example("https://e.vil/**bold**_and_`code`", 200)
@example("<https://e.vil> *x*", 200)
@example("\\*x\\*", 50)
@example("*" * 300, 80)
@example("@everyone" * 30, 100)
def test_shown_text_is_harmless_and_no_longer_than_asked(text: str, most: int) -> None:
    made = shown(text, most=most)
    assert harmless(made)
    assert len(made) <= most


@given(st.text(max_size=300), st.integers(2, 300))
@example("`", 10)
@example("``a``", 10)
@example("\n", 10)
def test_code_stays_in_its_span(text: str, most: int) -> None:
    made = code(text, most=most)
    assert made[0] == made[-1] == "`"
    assert "`" not in made[1:-1]
    assert "\n" not in made
    assert 3 <= len(made) <= most + 2


def test_plain_words_are_shown_as_they_are() -> None:
    assert shown("a cat, by the sea (at night)!") == "a cat, by the sea (at night)!"
    assert shown("  two\n lines ") == "two lines"
    assert shown("x" * 20, most=10) == "x" * 9 + "…"


def test_names_of_services_and_families_are_those_of_people_and_unknown_ones_are_shown() -> None:
    assert (provider("novita"), family("sdxl")) == ("Novita", "SDXL")
    assert (provider("tomorrow"), family("sd9")) == ("tomorrow", "sd9")


# --- sentences that depend on their facts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (RateLimited(provider="novita"), "try again in a minute"),
        (RateLimited(provider="novita", retry_after=0.2), "in 1 seconds"),
        (RateLimited(provider="novita", retry_after=30.0), "in 30 seconds"),
        (ResultWithheld(provider="novita", count=1), "flagged the picture"),
        (ResultWithheld(provider="novita", count=4), "flagged all 4 pictures"),
        (PromptTooLong(length=1100, limit=1024), "Shorten it by 76"),
        (PromptTooLong(length=1100, limit=1024, negative=True), "The negative prompt has 1100 characters,"),
    ],
)
def test_a_sentence_says_its_facts(refusal: Refusal, says: str) -> None:
    assert says in explain(refusal)


@pytest.mark.parametrize("state", [state.value for state in JobState if state.paid])
def test_it_is_too_late_to_cancel_in_words_for_every_state(state: str) -> None:
    assert explain(TooLateToCancel(state=state)).endswith(".")


@pytest.mark.parametrize("state", [state.value for state in JobState if not state.paid])
def test_what_took_too_long_was_not_paid_for(state: str) -> None:
    assert re.search(r"Nothing was (paid|ordered)", explain(TookTooLong(state=state)))


def test_a_job_says_why_it_ended_also_when_an_older_version_stored_it() -> None:
    assert explained(view(job())) is None
    failed = job(state=JobState.FAILED, failure={"code": "not_known_any_more"})
    assert "not_known_any_more" in (explained(view(failed)) or "")
    failed = job(state=JobState.FAILED, failure=PicturesGone().to_facts())
    assert explained(view(failed)) == explain(PicturesGone())


# --- pictures -------------------------------------------------------------------------------------------------

SAMPLES: dict[str, Any] = {
    "int": 400_000_000,
    "str": "cat.png",
    "str | None": "text",
}


def stored_verdicts() -> list[dict[str, Any]]:
    made = []
    for kind in VERDICTS:
        fields = {field.name: SAMPLES[str(field.type)] for field in dataclasses.fields(kind)}
        made.append(kind(**fields).to_dict())
    return [*made, PicturesGone().to_facts()]


@pytest.mark.parametrize("stored", stored_verdicts(), ids=lambda stored: stored["code"])
def test_every_verdict_on_a_picture_has_the_rest_of_a_sentence(stored: dict[str, Any]) -> None:
    said = verdict(stored)
    assert said != verdict({"code": "no such verdict"})
    assert re.match(r"(is|has|looks|unpacks|lists|comes|needs|cannot)\b", said)
    assert len(said) <= 120
    assert "None" not in said
    assert not said.endswith(".")


def test_no_two_verdicts_share_their_words() -> None:
    said = {stored["code"]: verdict(stored) for stored in stored_verdicts()}
    assert len(set(said.values())) == len(said)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"hello",
        b"%PDF-1.7",
        b"<html>",
        b"<svg ",
        b"PK\x03\x04" + b"\0" * 60,
        b"\0\0\0\x18ftypmp42",
        b"\x7fELF",
    ],
)
def test_a_file_that_is_no_picture_is_called_by_what_it_is(head: bytes) -> None:
    said = verdict({"code": "not_a_picture", "seen": seen_in(head)})
    assert said.startswith("is ")
    assert " a a" not in said
    assert not re.search(r"\ba [aeiou]\w* file|\bNone\b", said)


@pytest.mark.parametrize("kind", Kind)
def test_a_picture_of_an_accepted_kind_that_cannot_be_used_as_one_is_named_too(kind: Kind) -> None:
    assert verdict({"code": "not_an_archive", "seen": kind.value})


@given(
    st.dictionaries(
        st.sampled_from(["code", "limit", "width", "seen", "name"]), st.none() | st.integers() | st.text()
    )
)
def test_whatever_an_older_version_stored_of_a_picture_has_words(stored: dict[str, Any]) -> None:
    assert verdict(stored)


def test_a_picture_is_named_after_another_without_its_formats() -> None:
    said = verdict({"code": "duplicate_of", "name": "`a`\n@everyone"})
    assert harmless(without_code(said))


def test_the_library_that_escapes_is_the_one_that_was_tested() -> None:
    assert discord.version_info[:2] == (2, 7)
