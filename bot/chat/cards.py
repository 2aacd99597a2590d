"""What people see of a job: its card, its result, the list of their jobs. Pure: a view of the job in, a layout out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import discord

from bot.chat.sentences import code, explained, shown, verdict
from bot.chat.verbs import Verb, button_id, mark
from bot.domain.jobs import KEEP_RESULTS, Job, JobState, Progress
from bot.domain.specs import PaintingSpec, TrainingKind, TrainingSpec
from bot.services.desk import JobView
from bot.services.messenger import Notice

_BAR: Final = 12
_REFUSED_SHOWN: Final = 6
_PROMPT_SHOWN: Final = 700
_LISTED: Final = 6
_LIST_TITLE: Final = "### Your jobs"
_TEXT_LIMIT: Final = 3900
"""Characters over all texts of a message, of Discord's 4,000 (discord-platform §3)."""
_ROOM_FOR_REST: Final = 900

_COLOURS: Final = {
    JobState.DONE: discord.Colour(0x3BA55D),
    JobState.FAILED: discord.Colour(0xD83C3E),
    JobState.UNKNOWN_OUTCOME: discord.Colour(0xFAA61A),
    JobState.UNDELIVERABLE: discord.Colour(0xFAA61A),
    JobState.CANCELLED: discord.Colour(0x747F8D),
}
_UNDER_WAY: Final = discord.Colour(0x5865F2)


class Card(discord.ui.LayoutView):
    """A layout that nothing in memory listens to: its buttons are found by their custom ids, restarts included."""

    def __init__(self, *items: discord.ui.Item[Any]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


def note(text: str, *, colour: discord.Colour | None = None) -> Card:
    """A sentence or two."""
    return Card(discord.ui.Container(discord.ui.TextDisplay(text), accent_colour=colour))


# --- the card of a job ----------------------------------------------------------------------------------------


def job_card(view: JobView) -> Card:
    """How a job stands, with the buttons that make sense now."""
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(_title(view.job)),
        discord.ui.TextDisplay(_state(view)),
    ]
    left_out = _left_out(view)
    if left_out:
        parts.append(discord.ui.TextDisplay(left_out))
    buttons = _buttons(view)
    if buttons:
        parts.append(discord.ui.ActionRow(*buttons))
    parts.append(discord.ui.TextDisplay(_footer(view.job)))
    return Card(discord.ui.Container(*parts, accent_colour=_COLOURS.get(view.job.state, _UNDER_WAY)))


def status_card(views: Sequence[JobView]) -> Card:
    """A person's jobs: the first with their buttons, the rest by name."""
    if not views:
        return note(
            "You have no jobs yet. **/train subject** teaches me a person or a thing, **/imagine** paints.",
            colour=_UNDER_WAY,
        )
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(_LIST_TITLE)]
    room = _TEXT_LIMIT
    rest: list[str] = []
    for view in views:
        text = f"{_title(view.job, short=True)}\n{_state(view, most=500)}"
        line = f"- {_name(view.job)}: {view.job.state.value.replace('_', ' ')} (job `{view.job.id}`)"
        if len(parts) >= 3 * _LISTED or room < len(text) + _ROOM_FOR_REST or rest:
            rest.append(line)
            continue
        room -= len(text)
        buttons = _buttons(view, listed=True)
        parts += [discord.ui.Separator(), discord.ui.TextDisplay(text)]
        parts += [discord.ui.ActionRow(*buttons)] if buttons else []
    while rest and len("\n".join(rest)) > room:
        rest.pop()
    if rest:
        parts += [discord.ui.Separator(), discord.ui.TextDisplay("\n".join(rest))]
    return Card(discord.ui.Container(*parts, accent_colour=_UNDER_WAY))


def is_status_card(message: discord.Message) -> bool:
    """Whether a message is a list of jobs, and not the card of one."""
    return any(
        getattr(child, "content", "") == _LIST_TITLE
        for component in message.components
        for child in getattr(component, "children", ())
    )


def stop_card(job: Job) -> Card:
    """The question whether to stop watching what the provider goes on with."""
    text = (
        f"{job.provider.label} cannot stop {_name(job)} once it has begun, and it is paid for either way. I can stop "
        "watching it; then you will hear no more of it unless you press **Check again** in **/status**."
    )
    button = discord.ui.Button[Any](
        label="Stop watching", style=discord.ButtonStyle.danger, custom_id=button_id(Verb.STOP, job.id)
    )
    return Card(discord.ui.Container(discord.ui.TextDisplay(text), discord.ui.ActionRow(button)))


# --- results --------------------------------------------------------------------------------------------------


def result_card(view: JobView, names: Sequence[str]) -> Card:
    """What a job came to: pictures by the names of their attachments, or a LoRA that is ready."""
    job = view.job
    if isinstance(job.spec, TrainingSpec):
        name = job.spec.name if view.lora is None else view.lora.name
        return Card(
            discord.ui.Container(
                discord.ui.TextDisplay(
                    f"### ✅ {shown(name)} is ready\n"
                    f"<@{job.owner_id}> paint with it: **/imagine** `prompt:` … `lora:{name}`\n"
                    f"Its trigger word {code(job.spec.trigger)} is added by itself."
                ),
                discord.ui.TextDisplay(_footer(job, result=True)),
                accent_colour=_COLOURS[JobState.DONE],
            )
        )
    items = [
        discord.MediaGalleryItem(f"attachment://{name}", description=_clipped(job.spec.asked, 1000))
        for name in names
    ]
    withheld = sum(painted.flagged and painted.path is None for painted in view.painted)
    lines = [f"**{shown(job.spec.asked, most=_PROMPT_SHOWN)}**"]
    if job.spec.negative:
        lines.append(f"-# without {shown(job.spec.negative, most=300)}")
    lines.append(_facts(job.spec))
    if withheld:
        lines.append(
            f"{withheld} more {'is' if withheld == 1 else 'are'} not shown: {job.provider.label} flagged "
            f"{'it' if withheld == 1 else 'them'} as not safe for everyone."
        )
    parts: list[discord.ui.Item[Any]] = [discord.ui.MediaGallery(*items)] if items else []
    parts.append(discord.ui.TextDisplay("\n".join(lines)))
    again = discord.ui.Button[Any](
        label="Again",
        emoji="🔁",
        style=discord.ButtonStyle.secondary,
        custom_id=button_id(Verb.AGAIN, job.id),
    )
    parts.append(discord.ui.ActionRow(again))
    parts.append(discord.ui.TextDisplay(_footer(job, result=True)))
    return Card(discord.ui.Container(*parts, accent_colour=_COLOURS[JobState.DONE]))


def notice_card(view: JobView, notice: Notice) -> Card:
    """A short message about a job that its card alone would hide."""
    job = view.job
    match notice:
        case Notice.STUCK:
            text = (
                f"<@{job.owner_id}> {_name(job)} has been at {job.provider.label} for unusually long. I keep "
                "watching, more slowly, and order nothing anew by myself. **Check again** in **/status** asks at once."
            )
        case Notice.FAILED:
            text = f"<@{job.owner_id}> {_name(job)} came to nothing. {explained(view) or ''}"
        case Notice.WITHDRAWN:
            text = (
                f"<@{job.owner_id}> when you asked for {_name(job)} I could not answer you, so I left it. Nothing was "
                "ordered or paid; please ask again."
            )
        case Notice.UNKNOWN:
            text = f"<@{job.owner_id}> about {_name(job)}: {explained(view) or ''}"
    return note(text.strip(), colour=_COLOURS.get(job.state, _UNDER_WAY))


def file_name(job: Job, position: int, extension: str) -> str:
    """The name of a posted picture: job and seed, in letters that Discord leaves alone."""
    seed = job.spec.seed_of(position) if isinstance(job.spec, PaintingSpec) else position
    return f"easel-{job.id}-{position + 1}-seed-{seed}.{extension}"


# --- the parts ------------------------------------------------------------------------------------------------


def _title(job: Job, *, short: bool = False) -> str:
    spec = job.spec
    if isinstance(spec, TrainingSpec):
        what = "Learning" if spec.kind is TrainingKind.SUBJECT else "Learning the style"
        head = f"🎓 {what} **{shown(spec.name)}**"
        line = f"-# {code(spec.base_model)} ({spec.family.label}) · trigger {code(spec.trigger)}"
    else:
        head = f"🎨 Painting **{shown(spec.asked, most=80 if short else 300)}**"
        if short and spec.loras:
            head += " with " + ", ".join(code(use.name) for use in spec.loras)
        line = _facts(spec)
    return head if short else f"### {head}\n{line}"


def _facts(spec: PaintingSpec) -> str:
    loras = "".join(f" · {code(f'{use.name}:{use.weight:g}')}" for use in spec.loras)
    return (
        f"-# {code(spec.checkpoint)}{loras} · seed {code(str(spec.seed))} · {spec.width}×{spec.height} · "
        f"{spec.steps} steps · guidance {spec.guidance:g}"
    )


def _name(job: Job) -> str:
    if isinstance(job.spec, TrainingSpec):
        return f"the training of **{shown(job.spec.name)}**"
    return f"“{shown(job.spec.asked, most=60)}”"


def _state(view: JobView, *, most: int = 900) -> str:
    job = view.job
    lines = [_word(job) + _when(job.progress.ready_at, job.state)]
    shows_waiting = not job.state.over or job.state is JobState.UNKNOWN_OUTCOME
    lines += [line for line in (explained(view), _waiting(job) if shows_waiting else None) if line]
    if len(lines) == 1 and not job.state.over:
        lines += [bar] if (bar := _bar(job.progress)) else []
    return _clipped("\n".join(lines), most)


def _word(job: Job) -> str:
    progress = job.progress
    counted = (
        f" **{progress.done} of {progress.total}**" if progress.total and progress.done is not None else ""
    )
    match job.state:
        case JobState.GATHERING:
            return f"Looking at your pictures{counted}"
        case JobState.QUEUED:
            return "Waiting for its turn"
        case JobState.UPLOADING:
            return f"Uploading pictures to {job.provider.label}{counted}"
        case JobState.SUBMITTING:
            return f"Ordering at {job.provider.label}"
        case JobState.RUNNING if job.stuck_since is not None:
            return f"{job.provider.label} takes unusually long; I keep watching"
        case JobState.RUNNING if progress.note == "deploying":
            return f"Trained; {job.provider.label} is getting it ready to paint with"
        case JobState.RUNNING if progress.note == "working":
            return "Training" if isinstance(job.spec, TrainingSpec) else "Painting"
        case JobState.RUNNING:
            return f"In {job.provider.label}'s queue"
        case JobState.FETCHING:
            return "Fetching the pictures"
        case JobState.DELIVERING:
            return "Finished; on its way to you"
        case JobState.DONE:
            return f"**Done**{_jump(job)}"
        case JobState.FAILED:
            return "**This did not work.**"
        case JobState.CANCELLED if job.task_id is not None:
            return f"**No longer watched.** {job.provider.label} goes on with it; **Check again** watches it again."
        case JobState.CANCELLED if job.submitted_at is not None or job.round > 1:
            return (
                f"**Given up.** It may have been paid for; {job.provider.label} shows what you were charged."
            )
        case JobState.CANCELLED:
            return "**Cancelled.** Nothing was paid."
        case JobState.UNKNOWN_OUTCOME:
            return "**I do not know whether this was ordered.**"
        case JobState.UNDELIVERABLE:
            kept = (
                ""
                if isinstance(job.spec, TrainingSpec)
                else f" I keep the pictures for {KEEP_RESULTS.days} days."
            )
            return (
                "**Finished, but I could not bring it to you,** neither in that channel nor by private message."
                f"{kept} **Show** brings it here."
            )


def _waiting(job: Job) -> str | None:
    ready_at = job.progress.ready_at
    # A time of day stays true once it is past; «1 second ago» would not.
    at = "" if ready_at is None else f" at {discord.utils.format_dt(ready_at, 'T')}"
    match job.progress.note:
        case "limited":
            return f"{job.provider.label} allows only so many requests a minute; going on{at}."
        case "down":
            return f"Something on the way does not answer as it should; trying again{at or ' in a while'}."
        case "key":
            return (
                f"I have no {job.provider.label} key of yours that works, so I cannot see how this stands. Set one "
                "with **/key set**, then press **Check again**."
            )
        case "unlisted":
            looked = "" if ready_at is None else f" {discord.utils.format_dt(ready_at, 'R')}"
            return f"I looked{looked}, and {job.provider.label}'s list does not hold it."
        case "looking":
            return f"{job.provider.label} did not say whether it took the order. I am looking for it in its list."
        case _:
            return None


def _bar(progress: Progress) -> str:
    share = progress.percent
    if share is None and progress.total and progress.done is not None:
        share = 100 * progress.done // progress.total
    if share is None:
        return ""
    full = min(_BAR, max(0, round(_BAR * share / 100)))
    return f"`{'▰' * full}{'▱' * (_BAR - full)}` {min(100, max(0, share))} %"


def _when(ready_at: datetime | None, state: JobState) -> str:
    """The estimate, in steps of five seconds, so that a card does not change with every look."""
    if ready_at is None or state is not JobState.RUNNING:
        return ""
    rounded = math.ceil(ready_at.timestamp() / 5) * 5
    return f" · expected <t:{rounded}:R>"


def _jump(job: Job) -> str:
    if job.delivered_message_id is None or job.delivered_message_id == job.address.card_id:
        return ""
    here = job.delivered_channel_id == job.address.channel_id
    guild_id = job.address.guild_id if here else None
    path = f"{guild_id or '@me'}/{job.delivered_channel_id}/{job.delivered_message_id}"
    way = "" if here else "it came by private message · "
    return f" · {way}[see it](https://discord.com/channels/{path})"


def _left_out(view: JobView) -> str:
    """What was not taken of the pictures, and what is odd about some that were, while it is of use."""
    if view.job.state.over and view.job.state is not JobState.FAILED:
        return ""
    parts = [("**Left out:**", "✗", view.refused), ("**Taken, but have a look:**", "⚠", view.remarked)]
    lines: list[str] = []
    for title, sign, pictures in parts:
        said = [f"{sign} {code(each.label, most=60)} {verdict(each.verdict or {})}" for each in pictures]
        more = len(said) - _REFUSED_SHOWN
        tail = [f"{sign} and {more} more"] if more > 0 else []
        lines += [title, *said[:_REFUSED_SHOWN], *tail] if said else []
    return "\n".join(lines)


def _footer(job: Job, *, result: bool = False) -> str:
    took = ""
    if result and job.submitted_at is not None:
        seconds = max(1, round((job.state_since - job.submitted_at).total_seconds()))
        took = f" · took {seconds} s" if seconds < 120 else f" · took {round(seconds / 60)} min"
    about = mark(job.id) if result else f"job `{job.id}`"
    return f"-# for <@{job.owner_id}> · {about}{took}"


def _buttons(view: JobView, *, listed: bool = False) -> list[discord.ui.Button[Any]]:
    job = view.job

    def button(verb: Verb, label: str, style: discord.ButtonStyle) -> discord.ui.Button[Any]:
        return discord.ui.Button(label=label, style=style, custom_id=button_id(verb, job.id))

    grey, red, blue = discord.ButtonStyle.secondary, discord.ButtonStyle.danger, discord.ButtonStyle.primary
    cancel = button(Verb.CANCEL, "Cancel", red)
    check = button(Verb.CHECK, "Check again", grey)
    match job.state:
        case JobState.GATHERING | JobState.QUEUED | JobState.UPLOADING:
            return [cancel]
        case JobState.RUNNING:
            return [check, cancel]
        case JobState.UNKNOWN_OUTCOME if isinstance(job.spec, TrainingSpec):
            again = [button(Verb.ORDER, "Order again", red)] if view.can_order_again else []
            return [check, *again, button(Verb.STOP, "Give up", grey)]
        case JobState.UNKNOWN_OUTCOME | JobState.FAILED if view.can_order_again:
            return [button(Verb.ORDER, "Order again", grey)]
        case JobState.CANCELLED if job.task_id is not None:
            return [check]
        case JobState.UNDELIVERABLE:
            return [button(Verb.SHOW, "Show", blue)]
        case JobState.DONE if listed and any(painted.path is not None for painted in view.painted):
            return [button(Verb.SHOW, "Show", grey)]
        case _:
            return []


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
