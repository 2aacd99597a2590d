"""Novita as a `Provider`: which call answers which question, and nothing about when to put it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from bot.domain.errors import (
    EndpointGone,
    NotAllowed,
    ProviderDown,
    ProviderNonsense,
    RequestRefused,
    ResultLost,
    TaskFailed,
)
from bot.domain.keys import ApiKey
from bot.domain.models import Checkpoint, Family, ProviderName
from bot.domain.specs import PaintingSpec, TrainingKind, TrainingSpec
from bot.providers.answers import Silence
from bot.providers.base import (
    Account,
    AssetId,
    Capabilities,
    GivenUp,
    Painted,
    PaintingProgress,
    RemotePicture,
    TrainingProgress,
)
from bot.providers.http import Http, Line, Patience, Trouble
from bot.providers.novita import orders, reading
from bot.providers.novita.errors import NAME, clean, explain
from bot.providers.novita.offer import capabilities
from bot.providers.novita.upload import Relay
from bot.providers.presigned import address_of, get_file

DEFAULT_URL: Final = "https://api.novita.ai"
MOST_PAGES: Final = 50
"""Of the list of trainings: five thousand trainings."""

_OTHER_BALANCE: Final = (EndpointGone, NotAllowed, ProviderNonsense, RequestRefused)


class NovitaProvider:
    """`bot.providers.base.Provider` over Novita's HTTP API at `url`. Keeps nothing between calls."""

    def __init__(
        self,
        connections: Http,
        *,
        url: str = DEFAULT_URL,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._line = Line(
            connections, provider=NAME, url=url, explain=explain, patience=patience, sleep=sleep
        )

    @property
    def name(self) -> ProviderName:
        """Novita."""
        return ProviderName.NOVITA

    @property
    def capabilities(self) -> Capabilities:
        """As configured in `models.toml`."""
        return capabilities()

    async def account(self, key: ApiKey) -> Account:
        """The newer of the two balance calls, the older where that one is not to be had (novita-api §10)."""
        try:
            return await self._line.ask(
                "/openapi/v1/billing/balance/detail", key=key, parse=reading.balance_detail
            )
        except _OTHER_BALANCE:
            pass
        return await self._line.ask("/v3/user", key=key, parse=reading.user)

    async def upload(self, key: ApiKey, picture: Path, *, extension: str) -> AssetId:
        """§2: up to three addresses, each used twice while it lives."""
        return await Relay(self._line, key, picture, extension=extension).run()

    async def order_training(
        self,
        key: ApiKey,
        spec: TrainingSpec,
        *,
        assets: Sequence[AssetId],
        captions: Sequence[str],
        name: str,
    ) -> str:
        """§3.1, once."""
        return await self._line.order(
            f"/v3/training/{spec.kind.value}",
            key=key,
            body=orders.training(spec, assets=assets, captions=captions, name=name),
            parse=reading.task_id,
        )

    async def find_training(self, key: ApiKey, *, kind: TrainingKind, name: str) -> str | None:
        """§3.6, newest first, until the list ends."""
        cursor = reading.Cursor(cap=MOST_PAGES)
        while not cursor.done:
            tasks, next_cursor = await self._line.ask(
                "/v3/training",
                key=key,
                params={**cursor.params(), "task_type": kind.value},
                parse=reading.trainings,
            )
            for task in tasks:
                if task.task_name == name and task.task_id and task.task_type in ("", kind.value):
                    return task.task_id
            cursor.move(next_cursor, found=len(tasks))
        return None

    async def training(self, key: ApiKey, task_id: str, *, kind: TrainingKind) -> TrainingProgress:
        """§3.5, on the path of the kind that was ordered."""
        return await self._line.ask(
            f"/v3/training/{kind.value}", key=key, params={"task_id": task_id}, parse=reading.training
        )

    async def order_painting(self, key: ApiKey, spec: PaintingSpec) -> str:
        """§5.2, once."""
        return await self._line.order(
            "/v3/async/txt2img", key=key, body=orders.painting(spec), parse=reading.task_id
        )

    async def painting(self, key: ApiKey, task_id: str) -> PaintingProgress:
        """§5.5; the service may report a failed task as an error of the question (`TASK_FAILED`, §12).

        A success without pictures is looked at again before it is believed: `images` may come missing or null.
        """

        async def once() -> PaintingProgress:
            progress = await self._line.ask(
                "/v3/async/task-result", key=key, params={"task_id": task_id}, parse=reading.painting
            )
            if progress == Painted(pictures=()):
                empty = TaskFailed(provider=NAME, reason="finished without pictures")
                raise Trouble(empty, again=True)
            return progress

        try:
            progress = await self._line.persist(
                once, call="task-result", within=self._line.patience.questions
            )
        except TaskFailed as failed:
            return GivenUp(reason=failed.reason)
        if isinstance(progress, GivenUp):
            return dataclasses.replace(progress, reason=clean(progress.reason, secret=key.reveal()))
        return progress

    async def fetch(self, picture: RemotePicture, target: Path, *, limit: int) -> None:
        """§5.5: presigned, without a key; what is no picture by its first bytes is `ProviderNonsense`."""
        address = address_of(picture.url, plain=self._line.plain)
        if address is None:
            raise ProviderNonsense(provider=NAME)
        patience = self._line.patience

        async def once() -> None:
            answer = await get_file(
                self._line.raw, address, target, limit=limit, accept=is_picture, patience=patience
            )
            if isinstance(answer, Silence):
                raise Trouble(ProviderDown(provider=NAME), again=True)
            if answer.ok:
                return
            if answer.status in (403, 404, 410, 413):
                raise Trouble(ResultLost(provider=NAME), again=False)
            if answer.status >= 500 or answer.status == 429:
                raise Trouble(ProviderDown(provider=NAME), again=True, retry_after=answer.retry_after)
            raise Trouble(ProviderNonsense(provider=NAME), again=False)

        await self._line.persist(once, call="fetch", within=2 * patience.transfer_of(limit), tries=2)

    async def checkpoints(
        self, key: ApiKey, *, family: Family | None = None, query: str | None = None, pages: int = 1
    ) -> tuple[Checkpoint, ...]:
        """§4: public, usable, of the families that LoRAs are trained for, without those made for inpainting."""
        params = {"filter.types": "checkpoint", "filter.visibility": "public"}
        if family is not None:
            params["filter.is_sdxl"] = "true" if family is Family.SDXL else "false"
        if query:
            params["filter.query"] = query
        cursor = reading.Cursor(cap=pages)
        found: dict[str, Checkpoint] = {}
        while not cursor.done:
            listed, next_cursor = await self._line.ask(
                "/v3/model", key=key, params={**params, **cursor.params()}, parse=reading.checkpoints
            )
            for checkpoint in filter(None, listed):
                if family is None or checkpoint.family is family:
                    found.setdefault(checkpoint.name, checkpoint)
            cursor.move(next_cursor, found=len(listed))
        return tuple(found.values())


def is_picture(head: bytes) -> bool:
    """PNG, JPEG, WebP or GIF by the first bytes; what the service calls a result is not trusted (§14.16)."""
    return head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    )
