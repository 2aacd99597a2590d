"""The library: the LoRAs that a person owns, and the picker's text (`mara`, `mara:0.8`, several with commas)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import (
    BadWeight,
    LoraNotReady,
    MixedFamilies,
    TooManyLoras,
    UnknownLora,
)
from bot.domain.models import Lora, name_key
from bot.domain.specs import MOST_LORAS, LoraUse, lora_name
from bot.storage.database import Database

DEFAULT_WEIGHT: Final = 0.8
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Picked:
    """LoRAs for a painting, in the order they were named, all of one family, with their rows."""

    loras: tuple[Lora, ...]
    uses: tuple[LoraUse, ...]


class Library:
    """People's LoRAs. `of` answers from memory, so that a picker can ask with every keystroke."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory: OrderedDict[int, Sequence[Lora]] = OrderedDict()
        self._changes = 0

    async def of(self, owner_id: int) -> Sequence[Lora]:
        """A person's LoRAs, newest first."""
        known = self._memory.get(owner_id)
        if known is not None:
            self._memory.move_to_end(owner_id)
            return known
        changes = self._changes
        async with self._database.read() as tx:
            loras = await tx.loras.of(owner_id)
        if changes != self._changes:
            return loras  # something changed while this was being read: do not remember it
        self._memory[owner_id] = loras
        if len(self._memory) > _REMEMBERED:
            self._memory.popitem(last=False)
        return loras

    def changed(self, owner_id: int) -> None:
        """Somebody stored or changed a LoRA of this person."""
        self._changes += 1
        self._memory.pop(owner_id, None)

    async def pick(self, owner_id: int, text: str | None) -> Picked:
        """The LoRAs that the picker's text names.

        Errors: `UnknownLora`, `LoraNotReady`, `BadWeight`, `TooManyLoras`, `MixedFamilies`.
        """
        named = [entry for part in (text or "").split(",") if (entry := part.strip())]
        if len(named) > MOST_LORAS:
            raise TooManyLoras(limit=MOST_LORAS)
        async with self._database.read() as tx:
            owned = {name_key(lora.name): lora for lora in await tx.loras.of(owner_id)}
        loras: list[Lora] = []
        uses: list[LoraUse] = []
        for entry in named:
            name, _, weight = entry.partition(":")
            lora = owned.get(name_key(name))
            if lora is None:
                raise UnknownLora(name=name.strip()[:64])
            if lora.model_name is None:
                raise LoraNotReady(name=lora.name)
            if lora in loras:
                continue
            loras.append(lora)
            uses.append(
                LoraUse(
                    lora_id=lora.id,
                    name=lora.name,
                    trigger=lora.trigger,
                    model_name=lora.model_name,
                    weight=_weight(weight),
                )
            )
        if len({lora.family for lora in loras}) > 1:
            raise MixedFamilies(names=tuple(lora.name for lora in loras))
        return Picked(tuple(loras), tuple(uses))

    async def complete(self, owner_id: int, typed: str, *, most: int) -> list[str]:
        """Texts that complete what was typed so far: only the last entry after a comma is completed."""
        before, comma, last = typed.rpartition(",")
        head = f"{before.strip()}, " if comma else ""
        taken = {name_key(entry.partition(":")[0]) for entry in before.split(",")} if comma else set()
        name, colon, weight = last.strip().partition(":")
        wanted = name_key(name)
        ready = [
            lora
            for lora in await self.of(owner_id)
            if lora.ready and wanted in name_key(lora.name) and name_key(lora.name) not in taken
        ]
        ready.sort(key=lambda lora: not name_key(lora.name).startswith(wanted))
        texts = [
            head + lora.name + (f":{weight.strip()}" if colon and weight.strip() else "") for lora in ready
        ]
        return [text for text in texts if len(text) <= 100][:most]

    async def rename(self, owner_id: int, name: str, *, to: str) -> Lora:
        """Give a LoRA another name; it keeps its trigger. Errors: `UnknownLora`, `BadName`, `NameTaken`."""
        wanted = lora_name(to)
        async with self._database.write() as tx:
            lora = await tx.loras.named(owner_id, name)
            if lora is None:
                raise UnknownLora(name=name[:64])
            await tx.loras.rename(lora, name=wanted)
        self.changed(owner_id)
        return lora

    async def forget(self, owner_id: int, name: str) -> Lora:
        """Delete a LoRA here; the provider keeps its model. Errors: `UnknownLora`, `LoraNotReady`."""
        async with self._database.write() as tx:
            lora = await tx.loras.named(owner_id, name)
            if lora is None:
                raise UnknownLora(name=name[:64])
            if not lora.ready:
                raise LoraNotReady(name=lora.name)
            await tx.loras.forget(lora.id)
        self.changed(owner_id)
        return lora


def _weight(text: str) -> float:
    if not text.strip():
        return DEFAULT_WEIGHT
    try:
        weight = float(text)
    except ValueError:
        raise BadWeight(value=text.strip()[:20]) from None
    if not 0 <= weight <= 1:
        raise BadWeight(value=text.strip()[:20])
    return weight
