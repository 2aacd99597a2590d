"""A window without a browser: it speaks the socket's words, and remembers what it was told."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

Json = dict[str, Any]
WITHIN = 10.0


class Answered(Exception):
    """The answer was no; the sentence."""


class Looker:
    """Use `looking` to open one."""

    def __init__(
        self, url: str, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self.url = url
        self.http = http
        self.socket = socket
        self.told: list[Json] = []
        self._answers: dict[int | None, Json] = {}
        self._count = 0
        self._heard = asyncio.Condition()
        self.closed = asyncio.Event()

    async def listen(self) -> None:
        """Hear everything, until the socket is closed."""
        async for frame in self.socket:
            said = json.loads(frame.data)
            async with self._heard:
                if "on" in said:
                    self.told.append(said)
                else:
                    self._answers[said["re"]] = said
                self._heard.notify_all()
        self.closed.set()

    async def until(self, look: Callable[[], Any], *, within: float = WITHIN) -> Any:
        """The first truthy value of `look`, after something was heard."""
        async with asyncio.timeout(within), self._heard:
            while not (found := look()):
                await self._heard.wait()
            return found

    async def ask(self, do: str, **given: Any) -> Json:
        """The `ok` of a request. Answered with the sentence of a `no`."""
        self._count += 1
        answer = await self.sends(json.dumps({"id": self._count, "do": do, **given}), number=self._count)
        if "no" in answer:
            raise Answered(answer["no"])
        ok: Json = answer["ok"]
        return ok

    async def sends(self, text: str, *, number: int | None = None) -> Json:
        """The whole answer to a text with this id."""
        await self.socket.send_str(text)
        await self.until(lambda: number in self._answers)
        return self._answers.pop(number)

    async def refused(self, do: str, **given: Any) -> str:
        """The sentence that a request is refused with."""
        try:
            ok = await self.ask(do, **given)
        except Answered as answered:
            return str(answered)
        raise AssertionError(f"{do} was not refused: {ok}")

    async def hears(
        self, on: str, wanted: Callable[[Json], Any] = lambda told: True, *, within: float = WITHIN
    ) -> Json:
        """The newest thing of this kind that was told and fits, now or soon."""

        def look() -> Json | None:
            return next((each for each in reversed(self.told) if each["on"] == on and wanted(each)), None)

        found: Json = await self.until(look, within=within)
        return found

    async def sees(self, content: str) -> Json:
        """The newest message told with this text, as it was told."""
        return await self.hears("message", lambda each: content in each["message"]["content"])

    async def nothing_more(self) -> None:
        """Everything that was told before now has been heard."""
        await self.ask("watch", on=False)

    def messages(self) -> list[Json]:
        """Every message told so far."""
        return [each["message"] for each in self.told if each["on"] == "message"]

    @property
    def world(self) -> Json:
        """The last world told."""
        return [each for each in self.told if each["on"] == "world"][-1]

    async def puts(self, name: str, data: bytes) -> str:
        """The word of a file."""
        async with self.http.put(
            f"{self.url}/files", params={"name": name}, data=io.BytesIO(data)
        ) as response:
            assert response.status == 200, await response.text()
            word: str = (await response.json())["file"]
            return word


@asynccontextmanager
async def looking(url: str, person: int | None = None) -> AsyncIterator[Looker]:
    """A window that was told the world, as this person."""
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{url}/socket", origin=url) as socket:
        looker = Looker(url, http, socket)
        listening = asyncio.create_task(looker.listen())
        try:
            await looker.hears("world")
            if person is not None:
                await looker.ask("be", person=str(person))
                await looker.hears("world", lambda told: told["me"] == str(person))
            yield looker
        finally:
            await socket.close()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
