"""Everything that can be refused or go wrong in front of a person, as facts.

A `Refusal` says what is the case, in typed fields; the sentence for it is made in `bot.chat.sentences`. A refusal that
ended a job is stored with the job through `to_facts` and comes back through `from_facts`, so that the sentence can be
made again after a restart and in another language.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import TypeAdapter, ValidationError

Facts = dict[str, Any]
"""A refusal as JSON: its `code` and its fields."""


@dataclass(eq=False)
class Refusal(Exception):
    """Base of all. `code` names the kind in the database and in logs and never changes once released."""

    code: ClassVar[str] = "refusal"
    kinds: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
        Refusal.kinds[cls.code] = cls

    def to_facts(self) -> Facts:
        """JSON that `from_facts` understands."""
        return {"code": self.code, **dataclasses.asdict(self)}

    @classmethod
    def from_facts(cls, facts: Facts) -> Refusal:
        """The refusal again; an `Unexplained` for facts that an older or newer version wrote."""
        fields = {name: value for name, value in facts.items() if name != "code"}
        kind = cls.kinds.get(str(facts.get("code")))
        if kind is None:
            return Unexplained(reference=str(facts.get("code", "")))
        try:
            return TypeAdapter[Refusal](kind).validate_python(fields)
        except ValidationError:
            return Unexplained(reference=kind.code)

    def __str__(self) -> str:
        fields = ", ".join(
            f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self)
        )
        return f"{self.code}({fields})"

    def __copy__(self) -> Self:
        return dataclasses.replace(self)


@dataclass(eq=False)
class Unexplained(Refusal):
    """A fault of ours. `reference` finds the traceback in the log."""

    reference: str


# --- the key and the provider ---------------------------------------------------------------------------------


@dataclass(eq=False)
class BadKey(Refusal):
    """What was typed cannot be an API key."""


@dataclass(eq=False)
class NoKey(Refusal):
    """The person has stored no key for this provider."""

    provider: str


@dataclass(eq=False)
class KeyUnreadable(Refusal):
    """The stored key cannot be decrypted with any of the operator's `ENCRYPTION_KEYS`."""

    provider: str


@dataclass(eq=False)
class ProviderRefusal(Refusal):
    """Something that a provider said or failed to say."""

    provider: str


@dataclass(eq=False)
class KeyRefused(ProviderRefusal):
    """The provider does not accept the key."""


@dataclass(eq=False)
class BalanceEmpty(ProviderRefusal):
    """The account has too little credit. Nothing was ordered."""


@dataclass(eq=False)
class RateLimited(ProviderRefusal):
    """Too many requests for this account; `retry_after` seconds where the provider said so."""

    retry_after: float | None = None


@dataclass(eq=False)
class PromptRefused(ProviderRefusal):
    """The provider's content rules refuse the prompt."""


@dataclass(eq=False)
class PictureRefusedByProvider(ProviderRefusal):
    """The provider refuses a picture: `reason` is its symbolic name (novita-api §12)."""

    reason: str


@dataclass(eq=False)
class RequestRefused(ProviderRefusal):
    """A parameter is refused; `detail` is the provider's own text, cleaned and shortened."""

    detail: str = ""


@dataclass(eq=False)
class NotAllowed(ProviderRefusal):
    """The account may not use this (billing, verification, feature); `reason` is the provider's symbolic name."""

    reason: str


@dataclass(eq=False)
class EndpointGone(ProviderRefusal):
    """The provider no longer offers this call (`API_NOT_FOUND`)."""


@dataclass(eq=False)
class FrontRefused(ProviderRefusal):
    """The network front before the provider blocks the bot (plain text `error code: 10xx`); the key is not at fault."""


@dataclass(eq=False)
class ProviderDown(ProviderRefusal):
    """Not reachable, too slow or answering 5xx, after the retries that a question gets."""


@dataclass(eq=False)
class ProviderNonsense(ProviderRefusal):
    """An answer that cannot be understood."""


@dataclass(eq=False)
class UploadRefused(ProviderRefusal):
    """The provider's storage did not take a picture, also with fresh addresses."""


@dataclass(eq=False)
class OutcomeUnknown(ProviderRefusal):
    """A paid order was sent and its answer never understood: it may or may not have been taken."""


@dataclass(eq=False)
class TaskLost(ProviderRefusal):
    """The provider does not know the task (any more)."""


@dataclass(eq=False)
class TaskFailed(ProviderRefusal):
    """The provider gave the task up; `reason` is its own text, often empty."""

    reason: str = ""


@dataclass(eq=False)
class ResultLost(ProviderRefusal):
    """The task succeeded, but its pictures could not be fetched before their links expired."""


@dataclass(eq=False)
class ResultWithheld(ProviderRefusal):
    """Every picture was flagged by the provider's NSFW detection."""

    count: int


# --- what was asked -------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoPictures(Refusal):
    """A training was asked for without any picture."""

    minimum: int


@dataclass(eq=False)
class TooFewGiven(Refusal):
    """Fewer files were attached than a training needs pictures, and none of them holds several."""

    given: int
    minimum: int


@dataclass(eq=False)
class TooFewPictures(Refusal):
    """Fewer usable pictures than a training needs; the job's pictures say which were refused and why."""

    usable: int
    minimum: int


@dataclass(eq=False)
class TooManyPictures(Refusal):
    """More pictures than a training takes."""

    given: int
    limit: int


@dataclass(eq=False)
class PicturesGone(Refusal):
    """Discord no longer serves the attached files, or they were never Discord's."""


@dataclass(eq=False)
class PicturesUnreachable(Refusal):
    """Discord's file server does not answer for the moment."""


@dataclass(eq=False)
class BadName(Refusal):
    """A LoRA's name is empty, too long, or holds what the picker cannot (`,` `:` or line breaks)."""

    limit: int


@dataclass(eq=False)
class BadTrigger(Refusal):
    """A trigger word is too long or holds more than letters, digits, spaces, `-` and `_`."""

    limit: int


@dataclass(eq=False)
class NameTaken(Refusal):
    """The person already has a LoRA, ready or in training, of this name."""

    name: str


@dataclass(eq=False)
class UnknownBaseModel(Refusal):
    """Not one of the base models that trainings offer."""

    value: str


@dataclass(eq=False)
class UnknownModel(Refusal):
    """Not a checkpoint that the provider offers."""

    value: str


@dataclass(eq=False)
class PromptEmpty(Refusal):
    """Nothing was asked for."""


@dataclass(eq=False)
class PromptTooLong(Refusal):
    """The prompt, with the trigger words that are added, is over the provider's limit."""

    length: int
    limit: int
    negative: bool = False


@dataclass(eq=False)
class BadShape(Refusal):
    """Neither a named shape nor `WIDTHxHEIGHT` within the limits."""

    value: str
    smallest: int
    largest: int


@dataclass(eq=False)
class OutOfRange(Refusal):
    """A number outside what the provider takes."""

    option: str
    smallest: int
    largest: int


@dataclass(eq=False)
class UnknownLora(Refusal):
    """The person owns no LoRA of this name."""

    name: str


@dataclass(eq=False)
class LoraNotReady(Refusal):
    """The LoRA is still in training."""

    name: str


@dataclass(eq=False)
class BadWeight(Refusal):
    """A LoRA's weight is not a number from 0 to 1."""

    value: str


@dataclass(eq=False)
class TooManyLoras(Refusal):
    """More LoRAs than one painting takes."""

    limit: int


@dataclass(eq=False)
class WrongFamily(Refusal):
    """A checkpoint of another family than the LoRA's."""

    lora: str
    lora_family: str
    model: str
    model_family: str


@dataclass(eq=False)
class MixedFamilies(Refusal):
    """LoRAs of different families in one painting."""

    names: tuple[str, ...]


# --- jobs -----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownJob(Refusal):
    """No such job, or not this person's: the two are not told apart."""


@dataclass(eq=False)
class NotYours(Refusal):
    """A button of somebody else's message."""


@dataclass(eq=False)
class TooLateToCancel(Refusal):
    """The job is just being ordered, delivered or already over."""

    state: str


@dataclass(eq=False)
class TooManyJobs(Refusal):
    """The person has as many jobs under way as one person may."""

    limit: int


@dataclass(eq=False)
class TookTooLong(Refusal):
    """The job stayed in a state beyond its deadline and was given up there. Nothing was paid for in that state."""

    state: str


@dataclass(eq=False)
class CannotOrderAgain(Refusal):
    """The job cannot be ordered again as it was: it went well, or its pictures are no longer kept."""


@dataclass(eq=False)
class NothingToShow(Refusal):
    """The job's pictures are no longer kept."""

    days: int
