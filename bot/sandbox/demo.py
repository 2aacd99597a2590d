"""`make demo`: the main job, unattended, in a world on loopback. Its exit status is honest.

The bot is the real one, a process of its own; Discord and Novita are the sandbox's. Ada trains two LoRAs, the bot is
killed in the middle of it and started again, and she paints with both.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.pictures import contact_sheet
from bot.sandbox.discord import Message, render
from bot.sandbox.novita import Pace
from bot.sandbox.pictures import training_pictures
from bot.sandbox.process import ROOT
from bot.sandbox.terminal import Terminal, options
from bot.sandbox.world import World, open_world

OUT: Final = ROOT / "demo"
_PACE: Final = Pace(
    queue_seconds=1.5, training_seconds=13, deploying_seconds=1, paint_queue_seconds=0.5, painting_seconds=1.5
)
_WITHIN: Final = 60.0
_SUBJECTS: Final = {"mara": "marmalade cat", "beacon": "red lighthouse"}
_PROMPT: Final = "on an island at sunset"
_SEED: Final = 4242


class Tour:
    """One run of the story."""

    def __init__(self, world: World, terminal: Terminal) -> None:
        self._world = world
        self._ada = world.ada
        self._terminal = terminal
        self._files: dict[str, list[Path]] = {}
        self._painted: list[tuple[str, Path]] = []
        self._last: Message | None = None
        self.ills = 0

    async def run(self) -> None:
        """Every scene. Errors: whatever did not happen in time."""
        self._terminal.names[self._ada.id] = "Ada"
        await self._draw()
        await self._begin()
        await self._key()
        cards = await self._train()
        await self._killed(cards)
        await self._ready()
        await self._paint()
        await self._end()

    async def _draw(self) -> None:
        for name, subject in _SUBJECTS.items():
            folder = OUT / "training" / name
            self._files[name] = await asyncio.to_thread(_drawn, subject, folder)

    async def _begin(self) -> None:
        self._terminal.scene("The bot starts")
        self._does("the operator", "runs python -m bot run")
        await self._world.started()
        commands = ", ".join(sorted(f"/{command['name']}" for command in self._world.discord.commands))
        self._holds(True, f"it is online and has registered {commands}")

    async def _key(self) -> None:
        self._terminal.scene("Ada gives the bot her own key")
        key = self._world.novita.key("Ada", balance_usd=10)
        self._does("Ada", "runs /key set")
        form = await self._ada.runs("/key set", provider="novita")
        self._does("Ada", "pastes her key into the form that opens, and submits it")
        answer = await self._ada.submits(form, key=key)
        self._shows(await answer.answered())

    async def _train(self) -> list[Message]:
        self._terminal.scene("Ada trains two LoRAs from her pictures")
        cards: list[Message] = []
        for name, files in self._files.items():
            pictures = {f"picture{number}": file for number, file in enumerate(files, start=1)}
            said = options({"name": name, **{option: file.name for option, file in pictures.items()}})
            self._does("Ada", f"runs /train subject {said}")
            card = (await self._ada.runs("/train subject", name=name, **pictures)).message
            assert card is not None
            self._shows(card)
            cards.append(card)
        for card in cards:
            shown = await self._ada.sees(_training(card), within=_WITHIN)
            self._does("Ada", "watches the bar")
            self._shows(shown)
        return cards

    async def _killed(self, cards: Sequence[Message]) -> None:
        self._terminal.scene("The bot is killed in the middle of it")
        orders = self._world.novita.orders
        await self._world.bot.kill()
        self._does("somebody", "pulls the plug (SIGKILL)")
        self._holds(orders == len(cards), f"Novita has taken {orders} orders and goes on training")
        await self._world.started()
        self._does("the operator", "starts the bot again")
        self._holds(
            self._world.novita.orders == orders,
            f"nothing was ordered twice: still {self._world.novita.orders} orders",
        )

    async def _ready(self) -> None:
        self._terminal.scene("Both trainings arrive all the same")
        for name in self._files:
            message = await self._ada.sees(f"{name} is ready", within=_WITHIN)
            self._shows(message)
        for name in self._files:
            arrived = sum(f"{name} is ready" in message.text for message in self._ada.messages())
            self._holds(arrived == 1, f"{name} was announced once")

    async def _paint(self) -> None:
        self._terminal.scene("Ada paints with them")
        for name in self._files:
            given = {"prompt": _PROMPT, "lora": name, "seed": _SEED, "count": 2}
            offered = await self._ada.types("/imagine", "lora", name[:2])
            self._does(
                "Ada",
                f"types lora:{name[:2]} and is offered {', '.join(choice['name'] for choice in offered)}",
            )
            self._does("Ada", f"runs /imagine {options(given)}")
            self._last = (await self._ada.runs("/imagine", **given)).message
            await self._ada.sees(
                lambda _: len(self._results()) == len(self._painted) // 2 + 1, within=_WITHIN
            )
            result = self._results()[-1]
            self._shows(result)
            await self._kept(name, result)

    async def _end(self) -> None:
        self._terminal.scene("How it all stands")
        await self._ada.sees(lambda message: message == self._last and "Done" in message.text, within=_WITHIN)
        self._does("Ada", "runs /status")
        status = (await self._ada.runs("/status")).message
        assert status is not None
        self._shows(status)
        self._holds(self._world.novita.orders == 4, "4 jobs, 4 paid orders")
        self._holds(not self._world.novita.leaks, "her key went to Novita's API and nowhere else")
        different = len({path.read_bytes() for _, path in self._painted}) == len(self._painted)
        self._holds(different, "no two painted pictures are the same")
        sheet = await asyncio.to_thread(self._sheet)
        self._does("the demo", f"wrote the pictures and {sheet.relative_to(ROOT)}")

    def _results(self) -> list[Message]:
        return sorted((m for m in self._ada.messages() if m.attachments), key=lambda message: message.id)

    async def _kept(self, name: str, result: Message) -> None:
        for attachment in result.attachments:
            path = OUT / "painted" / f"{name}-{attachment.filename}"
            content = await attachment.read()
            await asyncio.to_thread(path.write_bytes, content)
            self._painted.append((name, path))

    def _sheet(self) -> Path:
        rows: list[Path] = []
        captions: list[str] = []
        for name, files in self._files.items():
            painted = [path for owner, path in self._painted if owner == name]
            rows += [*files[:3], *painted]
            captions += [f"{name}: picture {number}" for number in (1, 2, 3)]
            captions += [f"{name}, {_PROMPT}"] * len(painted)
        sheet = OUT / "contact-sheet.jpg"
        sheet.write_bytes(contact_sheet(rows, columns=5, cell=240, captions=captions))
        return sheet

    def _does(self, who: str, what: str) -> None:
        self._terminal.does(who, what)

    def _shows(self, message: Message) -> None:
        self._terminal.shows(render(message))

    def _holds(self, holds: bool, text: str) -> None:
        if holds:
            self._terminal.well(text)
        else:
            self._terminal.ill(f"not so: {text}")
            self.ills += 1


def _training(card: Message) -> Callable[[Message], bool]:
    """The card once it shows a bar that moves."""
    return lambda message: message.id == card.id and "Training" in message.text and "%" in message.text


def _drawn(subject: str, folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    return training_pictures(subject, 6, folder)


def _cleared() -> None:
    """Nothing left of an earlier tour. `demo/sandbox` belongs to `make sandbox`, which may be open."""
    for name in ("painted", "training", "world"):
        shutil.rmtree(OUT / name, ignore_errors=True)
    (OUT / "painted").mkdir(parents=True)
    (OUT / "world").mkdir()


async def tour() -> int:
    """Run the story; 0 when all of it held."""
    began = time.monotonic()
    await asyncio.to_thread(_cleared)
    terminal = Terminal()
    async with open_world(OUT / "world", pace=_PACE) as world:
        story = Tour(world, terminal)
        try:
            await story.run()
        except Exception as fault:
            terminal.ill(f"{type(fault).__name__}: {fault}")
            terminal.says(f"The bot's log is {world.bot.log.relative_to(ROOT)}.")
            story.ills += 1
        took = time.monotonic() - began
    if story.ills:
        terminal.says(f"\n{story.ills} did not hold, after {took:.0f} s.")
    else:
        terminal.says(f"\nEverything held, in {took:.0f} s. Look at demo/contact-sheet.jpg.")
        terminal.says("To do all of it yourself, in a browser: make sandbox")
    transcript = "\n".join(terminal.transcript)
    await asyncio.to_thread((OUT / "transcript.txt").write_text, transcript)
    return 1 if story.ills else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(tour()))
