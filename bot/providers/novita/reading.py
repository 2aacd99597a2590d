"""From Novita's words to Easel's values: what a status means, which checkpoints count, where a list ends.

Pure functions of one JSON document; each raises `ValueError` for one that cannot be understood.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from bot.domain.models import Checkpoint, Family
from bot.providers.base import (
    Account,
    Deploying,
    GivenUp,
    Painted,
    PaintingProgress,
    RemotePicture,
    Trained,
    TrainingProgress,
    Waiting,
    Working,
)
from bot.providers.novita import wire

logger = logging.getLogger(__name__)

UNITS_PER_DOLLAR: Final = Decimal(10_000)
FLAGGED_FROM: Final = 50.0
"""`confidence`, 0–100, from which a picture counts as NSFW (novita-api §5.5)."""
PAGE: Final = 100
"""The longest page that lists give (novita-api §3.6, §4)."""

_VERSION: Final = re.compile(r"[vV]?[\d.]+[\w. -]{0,12}|final|main", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\.(safetensors|ckpt|pt)$", re.IGNORECASE)
TITLE_LENGTH: Final = 100


def balance_detail(document: object) -> Account:
    """Of `/openapi/v1/billing/balance/detail` (§10)."""
    return Account(balance=wire.read(wire.BalanceDetail, document).available / UNITS_PER_DOLLAR)


def user(document: object) -> Account:
    """Of `/v3/user` (§10)."""
    return Account(balance=wire.read(wire.User, document).credit_balance / UNITS_PER_DOLLAR)


def task_id(document: object) -> str:
    """Of any order (§1.1)."""
    return wire.read(wire.Accepted, document).task_id


def training(document: object) -> TrainingProgress:
    """Of `/v3/training/subject` and `/style` (§3.5): ready is SUCCESS and SERVING; an unknown word is still running."""
    answer = wire.read(wire.Training, document)
    percent, eta = _percent(answer.extra.progress_percent), _eta(answer.extra.eta_relative)
    match _status(answer.task_status):
        case "QUEUING" | "QUEUED" | "UNKNOWN":
            return Waiting(eta=eta)
        case "TRAINING" | "PROCESSING":
            return Working(percent=percent, eta=eta)
        case "SUCCESS" | "SUCCEED":
            served = [m.model_name for m in answer.models if _status(m.model_status) == "SERVING"]
            name = next(filter(None, served), None)
            return Deploying() if name is None else Trained(model_name=name)
        case "FAILED" | "CANCELED" | "CANCELLED":
            return GivenUp()
        case other:
            _note("training", other)
            return Working(percent=percent, eta=eta)


def painting(document: object) -> PaintingProgress:
    """Of `/v3/async/task-result` (§5.5), `GivenUp.reason` as the service wrote it.

    The status alone decides: `progress_percent` may be 0 at the end. A success may come without any picture.
    """
    answer = wire.read(wire.TaskResult, document)
    match _status(answer.task.status):
        case "QUEUED" | "QUEUING" | "UNKNOWN":
            return Waiting(eta=_eta(answer.task.eta))
        case "SUCCEED" | "SUCCESS":
            listed = answer.images or answer.image or answer.imgs
            flags = ((p.image_url, _flagged(p.nsfw_detection_result)) for p in listed)
            return Painted(
                pictures=tuple(RemotePicture(url=url, flagged=flagged) for url, flagged in flags if url)
            )
        case "FAILED":
            return GivenUp(reason=answer.task.reason)
        case status:
            if status != "PROCESSING":
                _note("painting", status)
            return Working(percent=_percent(answer.task.progress_percent), eta=_eta(answer.task.eta))


def trainings(document: object) -> tuple[tuple[wire.ListedTraining, ...], str]:
    """Of `/v3/training` (§3.6): its tasks and the next cursor."""
    page = wire.read(wire.TrainingPage, document)
    return tuple(page.tasks), page.pagination.next_cursor


def checkpoints(document: object) -> tuple[tuple[Checkpoint | None, ...], str]:
    """Of `/v3/model` (§4): an entry for every model, None for what cannot be painted with, and the next cursor."""
    page = wire.read(wire.ModelPage, document)
    return tuple(_checkpoint(model) for model in page.models), page.pagination.next_cursor


@dataclass(slots=True)
class Cursor:
    """Where a paged list goes on, and every sign of its end (§3.6).

    The end is an empty page, a cursor that is missing, the start's or already seen, and `cap` pages. A page shorter
    than asked for is no sign: a server may give shorter pages than it is asked for, and an order that is paid for must
    not be overlooked.
    """

    cap: int
    value: str = ""
    done: bool = False
    _seen: set[str] = field(default_factory=lambda: {"", "c_0"})
    _pages: int = 0

    def params(self) -> dict[str, str]:
        """The query of the next page."""
        start = {"pagination.limit": str(PAGE)}
        return {**start, "pagination.cursor": self.value} if self.value else start

    def move(self, next_cursor: str, *, found: int) -> None:
        """Take note of a page with `found` entries."""
        self._pages += 1
        self.done = found == 0 or next_cursor in self._seen or self._pages >= self.cap
        self._seen.add(next_cursor)
        self.value = next_cursor


def _status(word: str) -> str:
    return word.strip().upper().removeprefix("TASK_STATUS_")


def _note(task: str, status: str) -> None:
    word = status if re.fullmatch(r"[A-Z_]{1,40}", status) else "…"
    logger.warning("unknown status", extra={"task": task, "status": word})


def _percent(value: float | None) -> int | None:
    return None if value is None else int(min(max(value, 0.0), 100.0))


def _eta(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None


def _flagged(check: wire.Check) -> bool:
    return check.valid is True and (check.confidence or 0.0) >= FLAGGED_FROM


def _checkpoint(model: wire.Model) -> Checkpoint | None:
    kind = model.type.name.lower()
    inpainting = "inpaint" in f"{model.base_model_type} {model.sd_name}".lower()
    family = _family(model)
    if (
        model.status != 1
        or not model.sd_name
        or kind not in ("", "checkpoint")
        or inpainting
        or family is None
    ):
        return None
    return Checkpoint(name=model.sd_name, title=_title(model), family=family)


def _family(model: wire.Model) -> Family | None:
    words = model.base_model.upper().replace(" ", "")
    if "SDXL" in words:
        return Family.SDXL
    if words.startswith("SD1.5"):
        return Family.SD15
    if model.is_sdxl:
        return Family.SDXL
    return Family.SD15 if model.is_sdxl is False and not words else None


def _title(model: wire.Model) -> str:
    """The display name, with the file's name where it says nothing by itself ("V4.0")."""
    stem = re.sub(r"_\d{3,}$", "", _SUFFIX.sub("", model.sd_name)).replace("_", " ")
    shown = " ".join("".join(c if c.isprintable() else " " for c in model.name).split())
    title = f"{stem} ({shown})" if shown and _VERSION.fullmatch(shown) else shown or stem
    return title[:TITLE_LENGTH]
