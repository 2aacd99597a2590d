"""One open window: who it looks as, what it asks for, what it is told.

Each request is a task of its own, so that a slow one holds up nothing. A request that cannot be met is answered with a
sentence; the window stays open whatever it says.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Final, NoReturn

from aiohttp import WSMsgType, web
from pydantic import ValidationError

from bot.sandbox.discord import Exchange, Message, NoAnswer, NotOffered, Person
from bot.sandbox.discord.kinds import Answered
from bot.sandbox.discord.refusals import Refused
from bot.sandbox.discord.state import User
from bot.sandbox.page import protocol
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.files import Files
from bot.sandbox.page.outbox import Outbox
from bot.sandbox.page.protocol import ASKED, Asked, First, Json, Outcome, Told
from bot.sandbox.page.shown import Shown
from bot.sandbox.page.street import Street
from bot.sandbox.page.values import Values

MOST_AT_ONCE = 100
"""Requests of one window that may wait for their answers."""

_log = logging.getLogger(__name__)

_ANSWERS: Final[Mapping[int, First]] = {
    Answered.MESSAGE: "message",
    Answered.DEFERRED: "deferred",
    Answered.DEFERRED_UPDATE: "deferred update",
    Answered.UPDATE: "update",
    Answered.MODAL: "modal",
}


class Window:
    """A window of a browser, from its opening to its close."""

    def __init__(
        self,
        street: Street,
        *,
        shown: Shown,
        files: Files,
        behind: Behind,
        socket: web.WebSocketResponse,
    ) -> None:
        self._street = street
        self._world = street.discord.world
        self._shown = shown
        self._files = files
        self._behind = behind
        self._socket = socket
        self._outbox = Outbox(socket)
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._submitted: set[str] = set()
        self.person: Person = street.residents[0].person

    def tell(self, told: Told) -> None:
        """Something happened."""
        self._outbox.put(told.model_dump())

    async def run(self) -> None:
        """Hear and answer until the window is closed. TooSlow when it does not read what it is told."""
        self._shown.windows.add(self)
        self.tell(self._shown.world(self.person.user))
        hearing = asyncio.create_task(self._hear())
        sending = asyncio.create_task(self._outbox.pump())
        try:
            await asyncio.wait({hearing, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._shown.windows.discard(self)
            left = {hearing, sending, *self._tasks} | ({self._watching} if self._watching else set())
            for task in left:
                task.cancel()
            ended = await asyncio.gather(*left, return_exceptions=True)
        for how in ended:
            if how is not None and not isinstance(how, ConnectionError | asyncio.CancelledError):
                raise how

    async def _hear(self) -> None:
        async for frame in self._socket:
            if frame.type is WSMsgType.TEXT:
                self._asked(frame.data)
            elif frame.type is WSMsgType.BINARY:
                self._answer(None, no="Requests are texts.")

    def _asked(self, text: str) -> None:
        """Take a request up; one that cannot be read is answered at once."""
        number: int | None = None
        try:
            said = json.loads(text, parse_constant=_no_number)
            if isinstance(said, dict) and type(said.get("id")) is int:
                number = said["id"]
            asked = ASKED.validate_python(said, strict=True)
        except ValidationError as error:
            self._answer(number, no=f"This request cannot be understood: {_first(error)}.")
        except (ValueError, RecursionError):
            self._answer(number, no="This request is no JSON.")
        else:
            if len(self._tasks) >= MOST_AT_ONCE:
                self._answer(number, no="Too much is asked for at once.")
                return
            task = asyncio.create_task(self._met(asked))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _met(self, asked: Asked) -> None:
        try:
            ok = await self._meet(asked)
        except (NotOffered, NoAnswer) as refused:
            self._answer(asked.id, no=sentence(str(refused)))
        except Refused as refused:
            self._answer(asked.id, no=sentence(refused.message))
        except Exception:
            _log.exception("The sandbox failed at %s", asked.do)
            self._answer(asked.id, no="The sandbox itself failed at this; its terminal says where.")
        else:
            self._answer(asked.id, ok=ok)
            self._follow(asked)

    def _answer(self, number: int | None, *, ok: Json | None = None, no: str | None = None) -> None:
        self._outbox.put({"re": number} | ({"ok": ok} if no is None else {"no": no}))

    def _follow(self, asked: Asked) -> None:
        """What is told after an answer."""
        match asked:
            case protocol.Be():
                self.tell(self._shown.world(self.person.user))
            case protocol.Install() | protocol.Receive():
                self._shown.refresh()

    async def _meet(self, asked: Asked) -> Json:
        match asked:
            case protocol.Be():
                self.person = self._resident(int(asked.person))
            case protocol.Install():
                self.person.installs(installed=asked.installed)
            case protocol.Receive():
                self.person.closes_dms(closed=not asked.dms)
            case protocol.Submit():
                return await self._submit(asked)
            case (
                protocol.Watch()
                | protocol.Switch()
                | protocol.Bot()
                | protocol.Forward()
                | protocol.Finish()
                | protocol.Key()
            ):
                return await self._meet_behind(asked)
            case _:
                return await self._meet_in(self._at(asked.channel), asked)
        return {}

    async def _meet_in(self, person: Person, asked: Asked) -> Json:
        """What is done in a place by somebody who stands there."""
        match asked:
            case protocol.Read():
                return {"messages": self._shown.messages(person.user, person.place)}
            case protocol.Commands():
                return {"commands": self._shown.commands(person.user, person.place)}
            case protocol.Say():
                return await self._say(person, asked)
            case protocol.Delete():
                await person.deletes(self._message(person, asked.message))
            case protocol.Dismiss():
                self._dismiss(person, asked)
            case protocol.Thread():
                return {"channel": str(person.starts_thread(asked.name).id)}
            case protocol.Complete():
                return await self._complete(person, asked)
            case protocol.Run() | protocol.Press() | protocol.Choose() | protocol.Menu():
                return _outcome(await self._interact(person, asked))
        return {}

    async def _interact(
        self, person: Person, asked: protocol.Run | protocol.Press | protocol.Choose | protocol.Menu
    ) -> Exchange:
        values = self._values(person)
        match asked:
            case protocol.Run():
                options = values.options(asked.options)
                exchange = await person.runs(asked.command, **options)
                self._files.drop(values.used)
                return exchange
            case protocol.Press():
                return await person.presses(asked.custom_id, self._message(person, asked.message))
            case protocol.Choose():
                chosen = values.one(list(asked.values))
                on = self._message(person, asked.message)
                return await person.selects(chosen, on, custom_id=asked.custom_id)
            case _:
                return await person.menu(asked.command, on=self._target(person, asked))

    async def _say(self, person: Person, asked: protocol.Say) -> Json:
        values = self._values(person)
        message = await person.says(asked.content, files=values.files(asked.files))
        self._files.drop(values.used)
        return {"message": str(message.id)}

    async def _complete(self, person: Person, asked: protocol.Complete) -> Json:
        plain = {name: each for name, each in asked.options.items() if not _holds_file(each)}
        options = self._values(person).options(plain)
        options.pop(asked.option, None)
        choices = await person.types(asked.command, asked.option, asked.text, **options)
        return {"choices": [{"name": each["name"], "value": each["value"]} for each in choices]}

    async def _submit(self, asked: protocol.Submit) -> Json:
        """A form is taken once; one that was not answered stays on the screen, with its files."""
        if asked.interaction in self._submitted:
            raise NotOffered("this form was submitted already")
        form = self.person.form(int(asked.interaction))
        person = self._at(str(form.interaction.channel.id))
        values = self._values(person)
        fields = values.fields(asked.fields)
        self._submitted.add(asked.interaction)
        exchange: Exchange | None = None
        try:
            exchange = await person.submits(form, **fields)
        finally:
            if exchange is None or exchange.failed:
                self._submitted.discard(asked.interaction)
        if not exchange.failed:
            self._files.drop(values.used)
        return _outcome(exchange)

    async def _meet_behind(self, asked: Asked) -> Json:
        match asked:
            case protocol.Watch():
                self._watch(on=asked.on)
            case protocol.Switch():
                await self._behind.switch(asked.fault, on=asked.on)
            case protocol.Bot():
                await self._behind.bot(asked.what)
            case protocol.Forward():
                self._behind.forward(asked.seconds)
            case protocol.Finish():
                self._behind.finish()
            case protocol.Key():
                return {"key": self._behind.key(self.person)}
        return {}

    def _watch(self, *, on: bool) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if on:
            self._watching = asyncio.create_task(self._watched())

    async def _watched(self) -> None:
        try:
            await self._behind.watched(self.tell)
        except Exception:
            _log.exception("The sandbox can no longer look behind the scenes")

    def _dismiss(self, person: Person, asked: protocol.Dismiss) -> None:
        message = self._message(person, asked.message)
        if message.ephemeral_to is None:
            raise NotOffered("only a message that nobody else sees can be dismissed")
        self._shown.dismiss(message.post)

    # Who and where.

    def _resident(self, number: int) -> Person:
        for each in self._street.residents:
            if each.person.id == number:
                return each.person
        raise NotOffered("this person is not in this sandbox; it was started anew")

    def _at(self, channel: str) -> Person:
        """The window's person in a place that they see."""
        place = self._world.channel(int(channel))
        if place is None or not place.may(self.person.user, "VIEW_CHANNEL"):
            raise NotOffered(f"{self.person.name} sees no such place")
        return self.person.at(place)

    def _message(self, person: Person, message: str) -> Message:
        post = person.place.posts.get(int(message))
        if post is None or not self._shown.sees(person.user, post):
            raise NotOffered("this message is not on the screen any more")
        return Message(self._world, post)

    def _target(self, person: Person, asked: protocol.Menu) -> Message | User:
        if (asked.message is None) == (asked.user is None):
            raise NotOffered("a menu belongs to one message or one person")
        if asked.message is not None:
            return self._message(person, asked.message)
        return self._values(person).user(int(asked.user or 0))

    def _values(self, person: Person) -> Values:
        return Values(self._world, self._files, who=person.user, place=person.place)


def sentence(text: str) -> str:
    """A complaint as a sentence for a person."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _outcome(exchange: Exchange) -> Json:
    answer = exchange.interaction.answer
    return Outcome(
        interaction=str(exchange.interaction.id),
        failed=exchange.failed,
        answer=_ANSWERS[answer] if answer is not None else None,
        modal=exchange.interaction.modal,
    ).model_dump()


def _holds_file(value: protocol.Value) -> bool:
    return any(
        isinstance(each, protocol.FileValue) for each in (value if isinstance(value, list) else [value])
    )


def _first(error: ValidationError) -> str:
    """The first complaint, without what was sent."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(each) for each in first["loc"])
    what = first["msg"].rstrip(".")
    return f"{where}: {what}" if where else what


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
