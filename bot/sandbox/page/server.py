"""The page's own address on loopback: the page, its gallery, samples, the files dropped into it, and `/socket`.

Only this machine's browser may speak to it, and only from the page itself: another site in the same browser reaches a
loopback port too, by its address or by a name of its own that it lets point here. So the Host must be ours, and the
Origin, where one is given.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from aiohttp import WSCloseCode, web

from bot.sandbox.discord.state import MEBIBYTE
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.files import Files
from bot.sandbox.page.outbox import TooSlow
from bot.sandbox.page.samples import add_samples
from bot.sandbox.page.shown import Shown
from bot.sandbox.page.street import Street
from bot.sandbox.page.window import Window

if TYPE_CHECKING:
    from bot.sandbox.page.gallery import Gallery

PORT: Final = 8642
HOST: Final = "127.0.0.1"
STATIC: Final = Path(__file__).resolve().parent / "static"
MOST_SAID: Final = 4 * MEBIBYTE
"""Bytes of one request on the socket."""

_KINDS: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".jpg": "image/jpeg",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(Exception):
    """Somebody else listens where the page was asked to be."""


class PageServer:
    """Serves the page of one street. Use it as an async context manager; `url` is known inside.

    `port` None: the usual one, or any when that is taken. PortTaken when a port that was asked for is.
    """

    def __init__(self, street: Street, *, behind: Behind, port: int | None = None) -> None:
        self._street = street
        self._behind = behind
        self._wanted = port
        self._port = 0
        self._open = AsyncExitStack()
        self._sockets: set[web.WebSocketResponse] = set()
        self._shown = Shown(street)
        self._gallery: Gallery | None = None
        self.files = Files()

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> PageServer:
        app = web.Application(middlewares=[self._guarded])
        app.on_response_prepare.append(_signed)
        app.router.add_get("/", self._page("main.js"))
        app.router.add_get("/gallery", self._page("gallery.js"))
        app.router.add_get("/gallery.json", self._told)
        app.router.add_get(r"/static/{path:[A-Za-z0-9_./-]{1,200}}", _static)
        add_samples(app.router)
        app.router.add_put("/files", self._put)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self._shown)
            await runner.setup()
            opening.push_async_callback(runner.cleanup)
            await self._listen(runner)
            opening.push_async_callback(self._hang_up)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, HOST, PORT if self._wanted is None else self._wanted).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            if self._wanted is not None:
                raise PortTaken(f"Port {self._wanted} is taken by another program.") from error
            await web.TCPSite(runner, HOST, 0).start()
        self._port = runner.addresses[0][1]

    async def _hang_up(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    # Who may speak.

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        ours = {f"{name}:{self._port}" for name in (HOST, "localhost")}
        if request.host not in ours:
            raise web.HTTPForbidden(text=f"The sandbox is at {self.url} and nowhere else.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text="The sandbox speaks with its own page only.")
        return await handler(request)

    def _policy(self, request: web.Request, nonce: str) -> str:
        """What the page may load: itself, and pictures, videos and sound from the sandbox's Discord."""
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'self' 'nonce-{nonce}'",
                "style-src 'self'",
                f"img-src 'self' blob: data: http://{self._street.discord.cdn_host}",
                f"media-src 'self' http://{self._street.discord.cdn_host}",
                f"connect-src 'self' ws://{request.host}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    # What is served.

    def _page(self, main: str) -> Handler:
        async def page(request: web.Request) -> web.Response:
            nonce = secrets.token_urlsafe(16)
            text = (STATIC / "index.html").read_text(encoding="utf-8")
            text = text.replace("{nonce}", nonce).replace("{main}", main)
            headers = {"Content-Security-Policy": self._policy(request, nonce)}
            return web.Response(text=text, content_type="text/html", headers=headers)

        return page

    async def _told(self, request: web.Request) -> web.Response:
        if self._gallery is None:
            from bot.sandbox.page.gallery import Gallery  # brings the bot along

            self._gallery = Gallery(self._street.discord.world)
        return web.json_response(await self._gallery.told())

    async def _put(self, request: web.Request) -> web.Response:
        name = request.query.get("name", "").strip() or "unknown"
        limit = self._limit()
        if (request.content_length or 0) > limit:
            raise _too_large(name, limit=limit)
        data = bytearray()
        async for piece in request.content.iter_any():
            data += piece
            if len(data) > limit:
                raise _too_large(name, limit=limit)
        word = self.files.put(name, bytes(data))
        return web.json_response({"file": word})

    def _limit(self) -> int:
        """Bytes of the largest file that anybody may have anywhere; their own limit is looked at when it is used."""
        world = self._street.discord.world
        places = [None, *world.guilds.values()]
        return max(
            world.file_limit(each.person.user, place) for each in self._street.residents for place in places
        )

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=MOST_SAID, heartbeat=30, compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        window = Window(self._street, shown=self._shown, files=self.files, behind=self._behind, socket=socket)
        try:
            await window.run()
        except TooSlow:
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._sockets.discard(socket)
        return socket


def _too_large(name: str, *, limit: int) -> web.HTTPRequestEntityTooLarge:
    text = f"{name} is too powerful: files of up to {limit // MEBIBYTE} MB can be sent here."
    return web.HTTPRequestEntityTooLarge(limit, -1, text=text)


async def _signed(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


async def _static(request: web.Request) -> web.FileResponse:
    path = (STATIC / request.match_info["path"]).resolve()
    kind = _KINDS.get(path.suffix)
    if kind is None or not path.is_relative_to(STATIC) or not path.is_file():
        raise web.HTTPNotFound(text="There is no such file.")
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return web.FileResponse(path, headers={"Content-Type": kind + charset})
