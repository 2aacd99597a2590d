"""Cards in every state a job can be in, with the worst that people type: always within what Discord takes."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import cards
from bot.chat.cards import file_name, job_card, note, notice_card, result_card, status_card, stop_card
from bot.chat.choices import LONGEST, MOST, of_models, of_texts
from bot.chat.sentences import explain
from bot.chat.verbs import Verb, mark, pressed
from bot.domain.errors import ProviderRefusal, Refusal, TaskFailed
from bot.domain.jobs import Job, JobState, Progress
from bot.domain.models import BaseModel, Checkpoint, Family
from bot.domain.specs import PaintingSpec, TrainingKind, TrainingSpec
from bot.services.desk import JobView, PaintedFile
from bot.services.messenger import Notice
from tests.clocks import NOON
from tests.layouts import faults, ids, texts, walk
from tests.refusals import every_kind, instance
from tests.unit.chat.test_sentences import NASTY, harmless, without_code
from tests.values import address, job, lora_use, painting_spec, picture, training_spec

LONG = [
    "x" * 1024,
    "*" * 1024,
    "`" * 1024,
    "@everyone" * 113,
    "<@123456789012345678>" * 48,
    "🐈" * 1024,
    "a\n" * 512,
]
FAILURE = TaskFailed(provider="novita", reason="*" * 200).to_facts()
PROGRESS = [
    Progress(),
    Progress(percent=40, ready_at=NOON + timedelta(minutes=5), note="working"),
    Progress(note="waiting"),
    Progress(percent=100, note="deploying"),
    Progress(done=12, total=24),
    Progress(note="limited", ready_at=NOON),
    Progress(note="down", ready_at=NOON),
    Progress(note="key"),
    Progress(note="looking"),
    Progress(note="unlisted", ready_at=NOON),
]  # fmt: skip


def heavy_painting(text: str = "*" * 1024) -> PaintingSpec:
    """All that can be long at once."""
    loras = tuple(lora_use(n, name="_" * 32, trigger="*" * 40, model_name="m" * 100) for n in range(5))
    return painting_spec(
        asked=text,
        prompt=text[:1024],
        negative=text,
        checkpoint="_" * 128,
        loras=loras,
        seed=2**32 - 1,
        count=8,
    )


def heavy_training() -> TrainingSpec:
    return training_spec(
        name="_" * 32, trigger="_" * 40, base_model="_" * 60, kind=TrainingKind.STYLE, steps=10_000
    )


def heavy_view(state: JobState, *, training: bool, progress: Progress | None = None) -> JobView:
    """A job that carries as much as one can."""
    spec = heavy_training() if training else heavy_painting()
    whole = job(
        spec,
        state=state,
        progress=progress or Progress(percent=50, done=25, total=50, ready_at=NOON, note="working"),
        failure=FAILURE if state in (JobState.FAILED, JobState.UNKNOWN_OUTCOME) else None,
        stuck_since=NOON,
        delivered_channel_id=2**63 - 1,
        delivered_message_id=2**63 - 1,
    )
    if training:
        refused = {"code": "duplicate_of", "name": "*" * 200}
        pictures = [
            picture(n, label="*" * 200, path=None, extension=None, verdict=refused) for n in range(50)
        ]
        return JobView(whole, pictures=(*pictures, *[picture(n) for n in range(50, 60)]))
    painted = [PaintedFile(n, Path("x") if n % 2 else None, flagged=not n % 2) for n in range(8)]
    return JobView(whole, painted=tuple(painted))


def built(card: cards.Card) -> list[dict[str, Any]]:
    return card.to_components()


def labels(card: cards.Card) -> list[str]:
    return [component["label"] for component in walk(built(card)) if component["type"] == 2]


# --- every card within Discord's limits -----------------------------------------------------------------------


@pytest.mark.parametrize("training", [True, False], ids=["training", "painting"])
@pytest.mark.parametrize("state", JobState)
def test_the_heaviest_job_in_every_state_has_a_card_that_discord_takes(
    state: JobState, training: bool
) -> None:
    for progress in PROGRESS:
        view = heavy_view(state, training=training, progress=progress)
        assert faults(built(job_card(view))) == []
        plain = dataclasses.replace(view, job=dataclasses.replace(view.job, stuck_since=None))
        assert faults(built(job_card(plain))) == []


@pytest.mark.parametrize("text", LONG)
def test_the_longest_prompts_fit_on_every_card(text: str) -> None:
    spec = heavy_painting(text[:1024])
    view = JobView(job(spec, state=JobState.DONE), painted=(PaintedFile(0, Path("x"), flagged=False),))
    names = [file_name(view.job, n, "png") for n in range(8)]
    every = [job_card(view), result_card(view, names), stop_card(view.job), status_card([view] * 12)]
    every += [notice_card(view, notice) for notice in Notice]
    for card in every:
        found = [fault for fault in faults(built(card)) if "repeat" not in fault]
        assert found == []


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.code)
def test_every_way_to_fail_fits_on_the_cards_that_tell_it(kind: type[Refusal]) -> None:
    refusal = instance(kind)
    for spec in (heavy_training(), heavy_painting()):
        view = JobView(job(spec, state=JobState.FAILED, failure=refusal.to_facts()))
        assert faults(built(job_card(view))) == []
        assert explain(refusal)[:200] in "\n".join(texts(built(job_card(view))))
        assert faults(built(notice_card(view, Notice.FAILED))) == []


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("training", [True, False], ids=["training", "painting"])
def test_a_status_of_twelve_heavy_jobs_is_one_that_discord_takes(state: JobState, training: bool) -> None:
    for count in range(1, 13):
        card = status_card([heavy_view(state, training=training) for _ in range(count)])
        assert faults(built(card)) == []


@given(st.lists(st.tuples(st.sampled_from(JobState), st.booleans()), max_size=12))
def test_a_status_of_any_jobs_is_one_that_discord_takes(jobs: list[tuple[JobState, bool]]) -> None:
    views = [heavy_view(state, training=training) for state, training in jobs]
    assert faults(built(status_card(views))) == []


def test_a_status_of_twelve_ordinary_jobs_names_every_one() -> None:
    views = [
        JobView(job(painting_spec(asked=f"cat number {n}."), state=state)) for n, state in enumerate(JobState)
    ]
    written = "\n".join(texts(built(status_card(views))))
    assert [n for n in range(12) if f"cat number {n}." not in written] == []


def test_a_status_without_jobs_says_how_to_begin() -> None:
    (text,) = texts(built(status_card([])))
    assert "/train" in text
    assert "/imagine" in text


# --- what they say --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("training", [True, False], ids=["training", "painting"])
def test_every_state_has_words_of_its_own(training: bool) -> None:
    spec = training_spec() if training else painting_spec()
    said = {
        state: texts(built(job_card(JobView(job(spec, state=state, task_id=None)))))[1] for state in JobState
    }
    assert len(set(said.values())) == len(said)


def test_every_card_carries_its_job_and_only_a_result_carries_the_mark() -> None:
    for spec in (training_spec(), painting_spec()):
        view = JobView(job(spec, state=JobState.DONE))
        on_card, on_result = (
            "\n".join(texts(built(card))) for card in (job_card(view), result_card(view, []))
        )
        assert view.job.id in on_card
        assert mark(view.job.id) in on_result
        assert mark(view.job.id) not in on_card


BUTTONS = {
    (JobState.GATHERING, "training"): ["Cancel"],
    (JobState.QUEUED, "painting"): ["Cancel"],
    (JobState.UPLOADING, "training"): ["Cancel"],
    (JobState.SUBMITTING, "painting"): [],
    (JobState.RUNNING, "painting"): ["Check again", "Cancel"],
    (JobState.RUNNING, "training"): ["Check again", "Cancel"],
    (JobState.FETCHING, "painting"): [],
    (JobState.DELIVERING, "painting"): [],
    (JobState.DONE, "painting"): [],
    (JobState.FAILED, "painting"): ["Order again"],
    (JobState.UNKNOWN_OUTCOME, "painting"): ["Order again"],
    (JobState.UNDELIVERABLE, "painting"): ["Show"],
    (JobState.UNDELIVERABLE, "training"): ["Show"],
}


@pytest.mark.parametrize(("state", "kind"), BUTTONS)
def test_a_card_has_the_buttons_that_make_sense_now(state: JobState, kind: str) -> None:
    spec = training_spec() if kind == "training" else painting_spec()
    assert labels(job_card(JobView(job(spec, state=state)))) == BUTTONS[state, kind]


def test_a_training_that_cannot_be_ordered_again_has_no_button_for_it() -> None:
    spec, taken = training_spec(), tuple(picture(n) for n in range(4))
    gone = tuple(dataclasses.replace(one, path=None) for one in taken)
    failed = job(spec, state=JobState.FAILED)
    assert labels(job_card(JobView(failed, pictures=taken))) == ["Order again"]
    assert labels(job_card(JobView(failed, pictures=gone))) == []
    assert labels(job_card(JobView(failed))) == []


def test_what_is_no_longer_watched_can_be_watched_again_and_what_was_cancelled_unpaid_cannot() -> None:
    watched = job(state=JobState.CANCELLED, task_id="task-1")
    assert labels(job_card(JobView(watched))) == ["Check again"]
    unpaid = job(state=JobState.CANCELLED, submitted_at=None)
    assert labels(job_card(JobView(unpaid))) == []
    assert "Nothing was paid" in texts(built(job_card(JobView(unpaid))))[1]


def test_every_button_is_one_of_the_jobs_own() -> None:
    for state, training in itertools.product(JobState, (True, False)):
        view = heavy_view(state, training=training)
        for card in (job_card(view), status_card([view]), result_card(view, ["a.png"]), stop_card(view.job)):
            for custom_id in ids(built(card)):
                press = pressed(custom_id)
                assert press is not None
                assert press.job_id == view.job.id
    assert [pressed(one) for one in ids(built(stop_card(job())))][0].verb is Verb.STOP  # noqa: RUF015


async def test_nothing_in_memory_waits_for_a_card() -> None:
    for card in (job_card(JobView(job())), note("x"), status_card([])):
        assert card.timeout is None
        assert card.is_finished()


@pytest.mark.parametrize(
    ("percent", "full"), [(0, 0), (1, 0), (50, 6), (99, 12), (100, 12), (130, 12), (-5, 0)]
)
def test_a_bar_is_as_full_as_the_percentage(percent: int, full: int) -> None:
    running = job(state=JobState.RUNNING, progress=Progress(percent=percent, note="working"))
    text = texts(built(job_card(JobView(running))))[1]
    assert text.count("▰") == full
    assert text.count("▰") + text.count("▱") == 12
    assert f"{min(100, max(0, percent))} %" in text


def test_pictures_that_move_are_counted() -> None:
    moving = job(training_spec(), state=JobState.UPLOADING, progress=Progress(done=12, total=24))
    text = texts(built(job_card(JobView(moving))))[1]
    assert "12 of 24" in text
    assert text.count("▰") == 6


def test_a_card_does_not_change_with_every_second_of_an_estimate() -> None:
    def shown(seconds: float) -> list[dict[str, Any]]:
        ready_at = NOON + timedelta(seconds=seconds)
        return built(
            job_card(JobView(dataclasses.replace(of, progress=Progress(ready_at=ready_at, note="working"))))
        )

    of: Job = job(state=JobState.RUNNING)
    assert shown(61) == shown(62.5) == shown(65)
    assert shown(61) != shown(75)


def test_refused_pictures_are_named_with_their_reasons_and_the_rest_is_counted() -> None:
    bad = [
        picture(n, label=f"{n}.png", path=None, extension=None, verdict={"code": "broken"}) for n in range(9)
    ]
    view = JobView(job(training_spec(), state=JobState.QUEUED), pictures=(picture(20), *bad))
    text = "\n".join(texts(built(job_card(view))))
    assert text.count("is cut short or damaged") == 6
    assert "and 3 more" in text
    assert "`0.png`" in text
    assert "`9.png`" not in text


def test_a_result_names_what_it_was_painted_with_and_what_is_withheld() -> None:
    spec = painting_spec(
        asked="a cat", negative="rain", loras=(lora_use(1, name="mara", weight=0.5),), seed=99
    )
    painted = (PaintedFile(0, Path("x"), flagged=False), PaintedFile(1, None, flagged=True))
    of = job(spec, state=JobState.DELIVERING, state_since=NOON + timedelta(seconds=90))
    card = built(result_card(JobView(of, painted=painted), ["a.png"]))
    text = "\n".join(texts(card))
    for part in (
        "a cat",
        "rain",
        "mara:0.5",
        "99",
        "256×256",
        "20 steps",
        "took 90 s",
        "1 more is not shown",
    ):
        assert part in text
    (gallery,) = [component for component in walk(card) if component["type"] == 12]
    assert [item["media"]["url"] for item in gallery["items"]] == ["attachment://a.png"]
    assert ids(card) == [f"job:again:{of.id}"]


def test_the_end_of_a_job_leads_to_where_its_result_was_put() -> None:
    of = job(state=JobState.DONE, delivered_channel_id=300000000000000001, delivered_message_id=5)
    assert "channels/300000000000000000/300000000000000001/5)" in texts(built(job_card(JobView(of))))[1]
    direct = dataclasses.replace(of, delivered_channel_id=77)
    assert "channels/@me/77/5)" in texts(built(job_card(JobView(direct))))[1]
    itself = dataclasses.replace(of, delivered_message_id=of.address.card_id)
    assert "channels/" not in texts(built(job_card(JobView(itself))))[1]


# --- what people type -----------------------------------------------------------------------------------------


def stripped(text: str) -> str:
    """Our own formats and mentions taken out."""
    for ours in (f"<@{job().owner_id}>", "**", "### ", "-# ", "\n", "<t:"):
        text = text.replace(ours, "")
    return without_code(text)


@pytest.mark.parametrize("state", JobState)
def test_nothing_that_a_person_typed_formats_or_mentions(state: JobState) -> None:
    spec = painting_spec(asked=NASTY, prompt=NASTY, negative=NASTY, loras=(lora_use(1, name="_m_"),))
    failure = TaskFailed(provider="novita", reason=NASTY).to_facts()
    of = job(spec, state=state, failure=failure if state is JobState.FAILED else None)
    bad = picture(1, label=NASTY, path=None, extension=None, verdict={"code": "duplicate_of", "name": NASTY})
    training = job(training_spec(name="_m_ @here"), state=state)
    every = [job_card(JobView(of)), result_card(JobView(of), []), status_card([JobView(of)]), stop_card(of)]
    every += [notice_card(JobView(of), notice) for notice in Notice]
    every += [job_card(JobView(training, pictures=(bad,))), stop_card(training)]
    for card in every:
        for text in texts(built(card)):
            assert harmless(stripped(text)), text


def test_a_posted_picture_is_named_by_job_and_seed_in_plain_letters() -> None:
    of = job(painting_spec(seed=41))
    assert file_name(of, 1, "png") == f"easel-{of.id}-2-seed-42.png"


def test_a_private_place_has_a_card_like_any_other() -> None:
    of = job(
        address=address(guild_id=None), state=JobState.DONE, delivered_channel_id=1, delivered_message_id=2
    )
    assert faults(built(job_card(JobView(of)))) == []


def test_the_sentence_of_the_base_is_never_on_a_card() -> None:
    base = explain(ProviderRefusal(provider="novita"))
    for kind in every_kind():
        view = JobView(job(state=JobState.FAILED, failure=instance(kind).to_facts()))
        assert base not in "\n".join(texts(built(job_card(view))))


# --- choices --------------------------------------------------------------------------------------------------


def test_choices_are_at_most_twenty_five_of_at_most_a_hundred_characters() -> None:
    many = [Checkpoint(f"{n}" * 50, f"title {n}" * 20, Family.SD15) for n in range(10, 60)]
    choices = of_models(many, "")
    assert len(choices) == MOST
    assert all(1 <= len(choice.name) <= LONGEST and len(choice.value) <= LONGEST for choice in choices)
    assert of_models([Checkpoint("x" * 101, "t", Family.SD15)], "") == []
    assert [choice.value for choice in of_texts(["", "a", "x" * 101, *map(str, range(40))])][:2] == ["a", "0"]
    assert len(of_texts(map(str, range(40)))) == MOST


def test_what_begins_as_typed_is_offered_first_by_value_of_a_base_model() -> None:
    models = [
        BaseModel("two_cats", "Two Cats", Family.SD15, None),
        BaseModel("cats", "Cats", Family.SD15, None),
        BaseModel("dogs", "Dogs", Family.SD15, None),
    ]
    assert [choice.value for choice in of_models(models, " CAT")] == ["cats", "two_cats"]
