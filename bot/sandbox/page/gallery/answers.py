"""What Easel answers to commands and forms, for the gallery: its own cogs, asked by nobody, with services that know
only what is to be seen. So every sentence is the bot's own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final

from bot.chat.answers import report
from bot.chat.client import Easel
from bot.chat.verbs import Submitted
from bot.domain import errors as facts
from bot.domain.errors import KeyRefused, Refusal
from bot.domain.models import Lora
from bot.sandbox.discord.state import EPHEMERAL, V2
from bot.sandbox.discord.wire import Json
from bot.sandbox.page.gallery.jobs import NOVITA, Jobs
from bot.sandbox.page.gallery.stage import Form, Sketch
from bot.services.vault import KeyShown
from cogs.help import Help
from cogs.keys import KeyForm, Keys
from cogs.loras import Loras

REFUSALS: Final[tuple[Refusal, ...]] = (
    facts.Unexplained(reference="4f1ca09e"),
    facts.BadKey(),
    facts.NoKey(provider=NOVITA),
    facts.KeyUnreadable(provider=NOVITA),
    facts.KeyRefused(provider=NOVITA),
    facts.BalanceEmpty(provider=NOVITA),
    facts.RateLimited(provider=NOVITA, retry_after=20),
    facts.PromptRefused(provider=NOVITA),
    facts.PictureRefusedByProvider(provider=NOVITA, reason="IMAGE_NO_FACE_DETECTED"),
    facts.RequestRefused(provider=NOVITA, detail="width must be a multiple of 8"),
    facts.NotAllowed(provider=NOVITA, reason="BILLING_AUTH_FAILED"),
    facts.EndpointGone(provider=NOVITA),
    facts.FrontRefused(provider=NOVITA),
    facts.ProviderDown(provider=NOVITA),
    facts.ProviderNonsense(provider=NOVITA),
    facts.UploadRefused(provider=NOVITA),
    facts.OutcomeUnknown(provider=NOVITA),
    facts.TaskLost(provider=NOVITA),
    facts.TaskFailed(provider=NOVITA, reason="out of memory"),
    facts.ResultLost(provider=NOVITA),
    facts.ResultWithheld(provider=NOVITA, count=4),
    facts.NoPictures(minimum=4),
    facts.TooFewGiven(given=3, minimum=4),
    facts.TooFewPictures(usable=3, minimum=4),
    facts.TooManyPictures(given=51, limit=50),
    facts.PicturesGone(),
    facts.PicturesUnreachable(),
    facts.BadName(limit=32),
    facts.BadTrigger(limit=40),
    facts.NameTaken(name="mara"),
    facts.UnknownBaseModel(value="dreamshaper_9"),
    facts.UnknownModel(value="dreamshaper_9.safetensors"),
    facts.PromptEmpty(),
    facts.PromptTooLong(length=1100, limit=1024),
    facts.BadShape(value="round", smallest=128, largest=2048),
    facts.OutOfRange(option="steps", smallest=1, largest=100),
    facts.UnknownLora(name="mira"),
    facts.LoraNotReady(name="mara"),
    facts.BadWeight(value="1.5"),
    facts.TooManyLoras(limit=5),
    facts.WrongFamily(lora="mara", lora_family="sd15", model="Juggernaut XL", model_family="sdxl"),
    facts.MixedFamilies(names=("mara", "ink")),
    facts.UnknownJob(),
    facts.NotYours(),
    facts.TooLateToCancel(state="submitting"),
    facts.TooManyJobs(limit=25),
    facts.TookTooLong(state="queued"),
    facts.CannotOrderAgain(),
    facts.NothingToShow(days=30),
)
"""One of each kind."""


def body_of(card: Any, *, private: bool) -> Json:
    """A layout as the bot sends it: it rings for nobody."""
    flags = V2 | EPHEMERAL * private
    return {"flags": flags, "components": card.to_components(), "allowed_mentions": {"parse": []}}


@dataclass(slots=True)
class _Ear:
    """Stands where an interaction would: it hears what the bot answers, and does nothing with it."""

    id: int
    said: list[Json] = field(default_factory=list)

    @property
    def user(self) -> _Ear:
        return self

    @property
    def response(self) -> _Ear:
        return self

    @property
    def message_id(self) -> int:
        return self.id

    def is_done(self) -> bool:
        return False

    async def defer(self, **_: Any) -> None:
        """A form's answer is only begun with it."""

    async def send_message(self, *, view: Any, ephemeral: bool, **_: Any) -> _Ear:
        self.said.append(body_of(view, private=ephemeral))
        return self


async def _heard(caption: str, ask: Callable[[_Ear], Awaitable[None]], *, command: str) -> Sketch:
    ear = _Ear(id=1)
    await ask(ear)
    (body,) = ear.said
    return Sketch(caption, body, command=command, private=bool(body["flags"] & EPHEMERAL))


def _shows(value: Any) -> Callable[..., Awaitable[Any]]:
    async def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


def forms() -> list[Form]:
    """Every form that Easel opens."""
    return [Form(f"easel-key-{NOVITA}", "/key set", KeyForm(NOVITA).to_dict())]


async def keys(jobs: Jobs) -> list[Sketch]:
    """Keys: stored, shown, forgotten."""
    fine = KeyShown(
        NOVITA, "4f1c-a09e", jobs.now - timedelta(days=3), jobs.now - timedelta(hours=1), Decimal("9.52")
    )
    ill = KeyShown(NOVITA, "4f1c-a09e", jobs.now, None, None, KeyRefused(provider=NOVITA))

    def cog(*, shown: KeyShown = fine, running: int = 0) -> Any:
        vault = SimpleNamespace(show=_shows([shown]), store=_shows(shown), remove=_shows(True))
        desk = SimpleNamespace(at_provider=_shows(running), nudge=_shows(None))
        services: Any = SimpleNamespace(vault=vault, desk=desk)
        client: Any = SimpleNamespace(on_form=lambda kind, handler: None)
        return Keys(client, services)

    form = Submitted("key", NOVITA, {"key": "sk_of_this_world"})
    stored = KeyShown(NOVITA, "4f1c-a09e", jobs.now, None, Decimal(10))
    return [
        await _heard("stored", lambda ear: cog(shown=stored)._submitted(ear, form), command="/key set"),
        await _heard("shown", lambda ear: _run(cog(), "show", ear), command="/key show"),
        await _heard(
            "no longer accepted", lambda ear: _run(cog(shown=ill), "show", ear), command="/key show"
        ),
        await _heard("removed", lambda ear: _run(cog(), "remove", ear), command="/key remove"),
        await _heard(
            "removed while jobs are under way",
            lambda ear: _run(cog(running=2), "remove", ear),
            command="/key remove",
        ),
    ]


async def loras(jobs: Jobs) -> list[Sketch]:
    """The list of LoRAs, and what can be done with one."""
    some = [jobs.lora("ink", ready=False, ago=timedelta(minutes=2)), jobs.lora(), jobs.lora("tom-the-cat")]
    many = [jobs.lora(f"lora number {n}", ago=timedelta(days=n)) for n in range(1, 24)]

    def cog(owned: list[Lora]) -> Any:
        library = SimpleNamespace(of=_shows(owned), rename=_shows(jobs.lora()), forget=_shows(jobs.lora()))
        services: Any = SimpleNamespace(library=library)
        return Loras(services)

    def listed(owned: list[Lora], search: str | None = None) -> Callable[[_Ear], Awaitable[None]]:
        return lambda ear: _run(cog(owned), "list_", ear, search)

    return [
        await _heard("none yet", listed([]), command="/loras list"),
        await _heard("some", listed(some), command="/loras list"),
        await _heard("more than are shown", listed(many), command="/loras list"),
        await _heard("nothing found", listed(some, "zebra"), command="/loras list"),
        await _heard(
            "renamed", lambda ear: _run(cog(some), "rename", ear, "mara", "marie"), command="/loras rename"
        ),
        await _heard(
            "forgotten", lambda ear: _run(cog(some), "forget", ear, "mara"), command="/loras forget"
        ),
    ]


async def help_() -> list[Sketch]:
    """The one page of help."""
    return [await _heard("help", lambda ear: _run(Help(), "help", ear), command="/help")]


async def refusals() -> list[Sketch]:
    """A refusal of every kind, in its sentence; and a button that is older than the bot."""

    def told(refusal: Refusal) -> Callable[[_Ear], Awaitable[None]]:
        return lambda ear: report(_as_press(ear), refusal)

    said = [await _heard(each.code.replace("_", " "), told(each), command="/imagine") for each in REFUSALS]
    nobody: Any = None
    outdated = await _heard(
        "a button of an older version",
        lambda ear: Easel._outdated(nobody, _as_press(ear)),  # it needs no client
        command="/status",
    )
    return [*said, outdated]


def _as_press(ear: _Ear) -> Any:
    return ear


async def _run(cog: Any, command: str, ear: _Ear, *given: Any) -> None:
    """Run a command of a cog by the name of its method."""
    await getattr(type(cog), command).callback(cog, ear, *given)
