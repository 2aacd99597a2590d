"""What buttons and forms say to the bot: custom ids that hold their whole state, so that they outlive the process.

`job:<verb>:<job id>` for a button, `form:<kind>:<argument>` for a modal: at most a hundred characters, never a prompt,
never an owner (whose job it is, the press asks the database).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.jobs import JOB_ID_PATTERN


class Verb(StrEnum):
    """What can be done with a job by a press."""

    CANCEL = "cancel"
    STOP = "stop"
    CHECK = "check"
    ORDER = "order"
    SHOW = "show"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of a job."""

    verb: Verb
    job_id: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was filled in. `texts` by the inputs' custom ids."""

    kind: str
    argument: str
    texts: dict[str, str]


_PRESS: Final = re.compile(rf"job:(?P<verb>{'|'.join(Verb)}):(?P<job>{JOB_ID_PATTERN})")
_FORM: Final = re.compile(r"form:(?P<kind>[a-z]+):(?P<argument>[\w-]*)")


def button_id(verb: Verb, job_id: str) -> str:
    """The custom id of a button."""
    return f"job:{verb}:{job_id}"


def form_id(kind: str, argument: str = "") -> str:
    """The custom id of a form."""
    return f"form:{kind}:{argument}"


def pressed(custom_id: str) -> Pressed | None:
    """The button that has this id; None for what is not one of ours."""
    match = _PRESS.fullmatch(custom_id)
    return None if match is None else Pressed(Verb(match["verb"]), match["job"])


def submitted(custom_id: str, components: object) -> Submitted | None:
    """The form that has this id, with what was typed; None for what is not one of ours."""
    match = _FORM.fullmatch(custom_id)
    return None if match is None else Submitted(match["kind"], match["argument"], dict(_texts(components)))


def mark(job_id: str) -> str:
    """What the result of a job carries, and no other message of it, so that it can be recognised in a channel."""
    return f"result of `{job_id}`"


def _texts(components: object) -> list[tuple[str, str]]:
    """Every text input below, in labels and in rows (discord-platform §2)."""
    if isinstance(components, list):
        return [pair for component in components for pair in _texts(component)]
    if not isinstance(components, dict):
        return []
    if isinstance(components.get("value"), str) and isinstance(components.get("custom_id"), str):
        return [(components["custom_id"], components["value"])]
    return _texts(components.get("component")) + _texts(components.get("components"))
