"""The CDN: uploaded files by signed address. A wrong or expired signature is a 404, as on the real one."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.sandbox.discord.state import World

GONE = "This content is no longer available."


class Cdn:
    """Serves what `World.uploads` holds. `fetches` lists the ids served, in order; `held` counts what had to wait."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.fetches: list[int] = []
        self.waiting = 0
        self.held = 0
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        """Answer no download until `release`; `waiting` counts those that wait."""
        self._open.clear()

    def release(self) -> None:
        """Answer again, also what waits."""
        self._open.set()

    def forget_given(self) -> None:
        """Let every file given to a command or modal vanish, as those do after an unstated time."""
        world = self._world
        world.uploads = {key: each for key, each in world.uploads.items() if not each.ephemeral}

    async def handle(self, request: web.Request) -> web.Response:
        """GET (or HEAD) of one file."""
        self.waiting += 1
        self.held += not self._open.is_set()
        self._world.pulse.beat()
        try:
            await self._open.wait()
        finally:
            self.waiting -= 1
        number = request.match_info["upload"]
        upload = self._world.uploads.get(int(number)) if number.isdigit() else None
        if upload is None or upload.path != request.path or not self._signed(request):
            return web.Response(status=404, text=GONE)
        self.fetches.append(upload.id)
        self._world.pulse.beat()
        headers = {
            "Content-Type": upload.facts.content_type,
            "Content-Disposition": f'inline; filename="{upload.filename}"',
            "Cache-Control": "private, max-age=31536000",
        }
        return web.Response(body=upload.data, headers=headers)

    def _signed(self, request: web.Request) -> bool:
        return self._world.links.holds(request.path, request.query)
