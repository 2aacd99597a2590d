"""Every card of Easel in every state: the bot's own layouts, with jobs as they are on their way.

A state, a notice or a refusal that is new in the bot and has no picture here fails a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.chat.cards import Card, file_name, job_card, notice_card, result_card, status_card, stop_card
from bot.domain.errors import OutcomeUnknown, TaskFailed
from bot.domain.jobs import JobState, Progress
from bot.sandbox.page.gallery import answers
from bot.sandbox.page.gallery.jobs import (
    LEFT_OUT,
    NOVITA,
    REMARKED,
    Jobs,
    judged,
    painted_files,
    paintings,
    taken,
    trainings,
    use,
)
from bot.sandbox.page.gallery.pictures import PAINTINGS
from bot.sandbox.page.gallery.stage import Section, Sketch, Stage
from bot.services.desk import JobView
from bot.services.messenger import Notice

_ONE_CARD: Final = 6
"""Verdicts that one card names."""


async def sections(stage: Stage) -> list[Section]:
    """All that people see of Easel."""
    jobs = Jobs(stage, stage.clock.now())
    learning = _cards(trainings(jobs), "/train subject")
    style = _cards([("queued: a style", JobView(jobs.style(JobState.QUEUED)))], "/train style")
    return [
        Section("trainings", "Trainings", "The card of a training in every state.", (*learning, *style)),
        Section(
            "paintings",
            "Paintings",
            "The card of a painting in every state.",
            _cards(paintings(jobs), "/imagine"),
        ),
        Section(
            "left-out", "Pictures left out", "Why a picture is not taken, or looks odd.", _left_out(jobs)
        ),
        Section(
            "results", "Results", "What a job came to: pictures, or a LoRA that is ready.", _results(jobs)
        ),
        Section("notices", "Notices", "What the card alone would hide.", _notices(jobs)),
        Section(
            "status",
            "The list of jobs",
            "What /status answers, and the question before giving up.",
            _status(jobs),
        ),
        Section(
            "keys",
            "Keys",
            "What /key answers, and its form.",
            tuple(await answers.keys(jobs)),
            tuple(answers.forms()),
        ),
        Section("loras", "LoRAs", "What /loras answers.", tuple(await answers.loras(jobs))),
        Section("help", "Help", "What /help answers.", tuple(await answers.help_())),
        Section(
            "refusals",
            "Refusals",
            "A sentence for everything that can go wrong.",
            tuple(await answers.refusals()),
        ),
    ]


def _sketch(
    caption: str,
    card: Card,
    *,
    files: dict[str, str] | None = None,
    command: str | None = None,
    private: bool = False,
) -> Sketch:
    return Sketch(caption, answers.body_of(card, private=private), files, command=command, private=private)


def _cards(shown: Iterable[tuple[str, JobView]], command: str) -> tuple[Sketch, ...]:
    return tuple(_sketch(caption, job_card(view), command=command) for caption, view in shown)


def _left_out(jobs: Jobs) -> tuple[Sketch, ...]:
    groups = [LEFT_OUT[n : n + _ONE_CARD] for n in range(0, len(LEFT_OUT), _ONE_CARD)]
    cards = [("left out", group) for group in groups] + [
        ("taken, with a remark", REMARKED),
        ("too many to name", LEFT_OUT),
    ]
    return tuple(
        _sketch(
            caption,
            job_card(JobView(jobs.training(JobState.QUEUED), pictures=(*taken(4), *judged(*found)))),
            command="/train subject",
        )
        for caption, found in cards
    )


def _results(jobs: Jobs) -> tuple[Sketch, ...]:
    def painted(caption: str, count: int, *, withheld: int = 0, **changes: Any) -> Sketch:
        spec = jobs.painted(count=count, **changes)
        job = jobs.painting(JobState.DELIVERING, spec=spec)
        names = [file_name(job, n, "png") for n in range(count - withheld)]
        view = JobView(job, painted=painted_files(count, withheld=withheld))
        return _sketch(caption, result_card(view, names), files=dict(zip(names, PAINTINGS, strict=False)))

    trained = jobs.training(JobState.DELIVERING)
    everything: dict[str, Any] = {
        "asked": "a long prompt about a cat by the sea, " * 20,
        "negative": "rain, hats, blurred, text",
        "loras": (use("mara", weight=0.8), use("ink", weight=0.35)),
    }
    return (
        painted("one picture", 1),
        painted("two pictures", 2),
        painted("three pictures", 3),
        painted("four pictures", 4),
        painted("eight pictures", 8),
        painted("some withheld", 4, withheld=2),
        painted("one withheld", 2, withheld=1),
        painted("a long prompt, a negative one, two LoRAs", 1, **everything),
        painted("without a LoRA", 1, loras=()),
        _sketch("a LoRA that is ready", result_card(JobView(trained, lora=jobs.lora()), [])),
    )


def _notices(jobs: Jobs) -> tuple[Sketch, ...]:
    states = {
        Notice.STUCK: (JobState.RUNNING, None),
        Notice.FAILED: (JobState.FAILED, TaskFailed(provider=NOVITA, reason="loss is not a number")),
        Notice.WITHDRAWN: (JobState.FAILED, None),
        Notice.UNKNOWN: (JobState.UNKNOWN_OUTCOME, OutcomeUnknown(provider=NOVITA)),
    }
    return tuple(
        _sketch(
            f"{notice}: {what}",
            notice_card(JobView(make(state, failure=failure and failure.to_facts())), notice),
        )
        for notice, (state, failure) in states.items()
        for what, make in (("a training", jobs.training), ("a painting", jobs.painting))
    )


def _status(jobs: Jobs) -> tuple[Sketch, ...]:
    working = Progress(note="working", percent=62)
    few = [
        JobView(jobs.training(JobState.RUNNING, progress=working)),
        JobView(jobs.painting(JobState.QUEUED)),
        JobView(jobs.painting(JobState.DONE), painted=painted_files(1)),
    ]
    many = [view for _, view in (*paintings(jobs), *trainings(jobs)[::2])][:12]
    heavy = jobs.painted(asked="*" * 900, loras=tuple(use("_" * 32, weight=1) for _ in range(5)))
    crowd = [JobView(jobs.painting(JobState.RUNNING, spec=heavy, progress=working)) for _ in range(12)]
    lists = {"no jobs yet": [], "some": few, "twelve": many, "twelve with long prompts": crowd}
    told = [
        _sketch(caption, status_card(views), command="/status", private=True)
        for caption, views in lists.items()
    ]
    return (
        *told,
        _sketch("one job", job_card(few[0]), command="/status", private=True),
        _sketch(
            "the question before giving up a training", stop_card(few[0].job), private=True, command="/status"
        ),
        _sketch(
            "the question before giving up a painting", stop_card(few[1].job), private=True, command="/status"
        ),
    )
