"""Novita's answers as they may arrive: private models that take every form of novita-api §14 and ignore the rest.

A field of another type than documented counts as absent; only what an answer is worthless without makes it unreadable
(`ValueError`). What the words mean is said in `reading`, never here.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.providers.base import AssetId

_VISIBLE: Final = re.compile(r"[\x21-\x7e]{1,256}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _opaque(value: object) -> str:
    if not _VISIBLE.fullmatch(text := _text(value)):
        raise ValueError("not an identifier")
    return text


def _asset(value: object) -> AssetId:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise ValueError("not an asset id")
    return _opaque(value)


def _money(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not an amount")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite() or abs(amount) > Decimal(10) ** 18:
        raise ValueError("not an amount")
    return amount


def _pictures(value: object) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else []
    return [{"image_url": i} if isinstance(i, str) else i for i in items if isinstance(i, str | dict)]


W = TypeVar("W", bound="Wire")
Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[float | None, BeforeValidator(_number)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Opaque = Annotated[str, BeforeValidator(_opaque)]
Money = Annotated[Decimal, BeforeValidator(_money)]


class Wire(BaseModel):
    """What all answers share: unknown fields are ignored, nothing is kept that was not asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class UploadSlot(Wire):
    """`POST /v3/assets/training_dataset` (§2.1)."""

    assets_id: Annotated[AssetId, BeforeValidator(_asset)]
    upload_url: Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class Accepted(Wire):
    """A task was taken (§1.1)."""

    task_id: Opaque


class TrainedModel(Wire):
    """`models[]` of a training (§3.5)."""

    model_name: Text = ""
    model_status: Text = ""


class TrainingExtra(Wire):
    """`extra` of a training (§3.5)."""

    eta_relative: Number = None
    progress_percent: Number = None


class Training(Wire):
    """`GET /v3/training/subject` and `/style` (§3.5)."""

    task_status: Opaque
    models: Annotated[list[TrainedModel], BeforeValidator(_objects)] = []
    extra: Annotated[TrainingExtra, BeforeValidator(_object)] = TrainingExtra()


class Paging(Wire):
    """`pagination` of a list (§3.6, §4)."""

    next_cursor: Text = ""


class ListedTraining(Wire):
    """`tasks[]` of `GET /v3/training` (§3.6)."""

    task_name: Text = ""
    task_id: Text = ""
    task_type: Text = ""


class TrainingPage(Wire):
    """`GET /v3/training` (§3.6)."""

    tasks: Annotated[list[ListedTraining], BeforeValidator(_objects)] = []
    pagination: Annotated[Paging, BeforeValidator(_object)] = Paging()


class Check(Wire):
    """`nsfw_detection_result` (§5.5)."""

    valid: Flag = None
    confidence: Number = None


class Picture(Wire):
    """`images[]` of a task's result, an object or only its address (§5.5, §14.11)."""

    image_url: Text = ""
    nsfw_detection_result: Annotated[Check, BeforeValidator(_object)] = Check()


class Task(Wire):
    """`task` of a task's result (§5.5)."""

    status: Opaque
    reason: Text = ""
    eta: Number = None
    progress_percent: Number = None


class TaskResult(Wire):
    """`GET /v3/async/task-result` (§5.5); `image` and `imgs` are other pages' names for `images`."""

    task: Task
    images: Annotated[list[Picture], BeforeValidator(_pictures)] = []
    image: Annotated[list[Picture], BeforeValidator(_pictures)] = []
    imgs: Annotated[list[Picture], BeforeValidator(_pictures)] = []


class ModelType(Wire):
    """`type` of a model (§4)."""

    name: Text = ""


class Model(Wire):
    """`models[]` of `GET /v3/model` (§4)."""

    name: Text = ""
    sd_name: Text = ""
    type: Annotated[ModelType, BeforeValidator(_object)] = ModelType()
    status: Number = None
    base_model: Text = ""
    base_model_type: Text = ""
    is_sdxl: Flag = None


class ModelPage(Wire):
    """`GET /v3/model` (§4)."""

    models: Annotated[list[Model], BeforeValidator(_objects)] = []
    pagination: Annotated[Paging, BeforeValidator(_object)] = Paging()


class BalanceDetail(Wire):
    """`GET /openapi/v1/billing/balance/detail` (§10), in 1/10,000 USD."""

    available: Money = Field(alias="availableBalance")


class User(Wire):
    """`GET /v3/user` (§10), in 1/10,000 USD."""

    credit_balance: Money


def read(kind: type[W], document: object) -> W:
    """A document as one of the models above, out of its `code`/`msg`/`data` envelope where it has one (§1.1).

    Errors: `ValueError`.
    """
    if not isinstance(document, dict):
        raise ValueError("not an object")
    inner = document.get("data")
    if isinstance(inner, dict):
        document = {**inner, **{name: value for name, value in document.items() if value is not None}}
    return kind.model_validate(document)
