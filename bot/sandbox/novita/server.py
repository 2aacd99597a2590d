"""Three listening sockets and the dispatch behind them: the API, the upload bucket, the result files.

What a request means is decided in the endpoint modules; here it is recorded, met by faults, answered and sent.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from types import MappingProxyType, TracebackType
from typing import Literal, Self

from aiohttp import web

from bot.sandbox.clock import SandboxClock
from bot.sandbox.novita import billing, catalogue, generation, results, training, uploads
from bot.sandbox.novita.accounts import Account
from bot.sandbox.novita.assets import Upload
from bot.sandbox.novita.auth import account_of
from bot.sandbox.novita.calls import Call, Endpoint
from bot.sandbox.novita.errors import Refused, StorageRefused
from bot.sandbox.novita.faults import Fault, Faults
from bot.sandbox.novita.records import Place, RequestRecord, without_secrets
from bot.sandbox.novita.replies import Reply, Sending, of_refusal, of_storage_refusal, of_text
from bot.sandbox.novita.rules import CREDITS_PER_USD, Pace, Prices, Strict
from bot.sandbox.novita.signing import Signer
from bot.sandbox.novita.state import State
from bot.sandbox.novita.tasks import Generation, Outcome, Training

MAX_BODY = 64 * 1024 * 1024
"""Bytes of a request; above every documented picture limit in base64."""

ENDPOINTS: Mapping[tuple[str, str], Endpoint] = MappingProxyType(
    {
        **billing.ENDPOINTS,
        **uploads.ENDPOINTS,
        **training.ENDPOINTS,
        **catalogue.ENDPOINTS,
        **generation.ENDPOINTS,
    }
)
"""(method, path) → endpoint; anything else is 404 API_NOT_FOUND."""


class NovitaServer:
    """A Novita on loopback: open it with `async with`, then point clients at `url`."""

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: Pace | None = None,
        strict: Strict | None = None,
        prices: Prices | None = None,
        keep_uploads: bool = False,
        rate_limited: bool = False,
    ) -> None:
        self._host = host
        self._ports: dict[Place, int] = {Place.API: port, Place.BUCKET: 0, Place.RESULTS: 0}
        self._listening: AsyncExitStack | None = None
        self._closing = asyncio.Event()
        self._state = State(
            clock=clock or SandboxClock(),
            pace=pace or Pace(),
            strict=strict or Strict(),
            prices=prices or Prices(),
            bucket=_signer(host),
            results=_signer(host),
            keep_uploads=keep_uploads,
            rate_limited=rate_limited,
        )
        self.faults = Faults(self._state.assets)
        self.requests: list[RequestRecord] = []

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.fall_silent()

    # Where it is.

    @property
    def url(self) -> str:
        """The API's base address."""
        return f"http://{self._host}:{self._ports[Place.API]}"

    @property
    def bucket_host(self) -> str:
        """`host:port` of the upload bucket."""
        return self._state.bucket.host

    @property
    def results_host(self) -> str:
        """`host:port` of the result files."""
        return self._state.results.host

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Nobody listens for a while: connections are refused; same addresses and memory afterwards."""
        await self.fall_silent()
        try:
            yield
        finally:
            await self.listen_again()

    async def fall_silent(self) -> None:
        """Nobody listens from now on: connections are refused. Falling silent twice is falling silent once."""
        self._closing.set()
        listening, self._listening = self._listening, None
        if listening is not None:
            await listening.aclose()

    async def listen_again(self) -> None:
        """Be there again, with the same addresses and memory."""
        if self._listening is None:
            await self._listen()

    # Accounts and what they did.

    def key(self, name: str, *, balance_usd: float = 10.0) -> str:
        """Open an account and return its API key."""
        return self._state.open_account(name, credits_=round(balance_usd * CREDITS_PER_USD)).key

    def account(self, key: str) -> Account:
        """The account behind a key."""
        return self._state.accounts[key]

    @property
    def orders(self) -> int:
        """Paid orders accepted in all, whether or not the client was told."""
        return self._state.orders

    @property
    def trainings(self) -> list[Training]:
        """Every training ordered, oldest first."""
        return list(self._state.trainings.values())

    @property
    def generations(self) -> list[Generation]:
        """Every order of pictures, oldest first."""
        return list(self._state.generations.values())

    @property
    def keys(self) -> list[str]:
        """Every key that was given out."""
        return list(self._state.accounts)

    @property
    def uploads(self) -> list[Upload]:
        """Every successful PUT, oldest first."""
        return self._state.uploads

    @property
    def leaks(self) -> list[RequestRecord]:
        """Requests that carried an Authorization header to an asset host."""
        return [record for record in self.requests if record.place is not Place.API and record.authorized]

    async def accepted(self, n: int, *, within: float = 30.0) -> None:
        """Wait until `n` paid orders were accepted in all; raises TimeoutError after `within` real seconds."""
        async with asyncio.timeout(within):
            await self._state.accepted(n)

    # What a test moves.

    @property
    def clock(self) -> SandboxClock:
        """The clock that tasks and links live by."""
        return self._state.clock

    @property
    def pace(self) -> Pace:
        """The pace of orders and links from now on."""
        return self._state.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._state.pace = pace

    @property
    def strict(self) -> Strict:
        """What is refused beyond the proven."""
        return self._state.strict

    @strict.setter
    def strict(self, strict: Strict) -> None:
        self._state.strict = strict

    @property
    def rate_limited(self) -> bool:
        """True when the limits of novita-api §11 apply."""
        return self._state.rate_limited

    @rate_limited.setter
    def rate_limited(self, on: bool) -> None:
        self._state.rate_limited = on

    def finish_all(self) -> None:
        """Bring every task to its end now, each to the outcome it was scripted for."""
        now = self._state.clock.time()
        for task in self._state.trainings.values():
            task.hurried = True
        for order in self._state.generations.values():
            order.hurried_at = now if order.hurried_at is None else order.hurried_at

    def script(self, task_id: str, *, outcome: Outcome) -> None:
        """Decide how a task ends. Raises KeyError for an unknown task."""
        if (task := self._state.trainings.get(task_id)) is not None:
            task.outcome = outcome
        else:
            self._state.generations[task_id].outcome = outcome

    def script_next(self, kind: Literal["training", "generation"], *, outcome: Outcome) -> None:
        """Decide how the next order of a kind ends; several calls queue up."""
        state = self._state
        (state.scripted_trainings if kind == "training" else state.scripted_generations).append(outcome)

    # Sockets.

    async def _listen(self) -> None:
        self._closing = asyncio.Event()
        async with AsyncExitStack() as stack:
            for place in Place:
                server = web.Server(self._handler(place), access_log=None, lingering_time=0.5)
                runner = web.ServerRunner(server, shutdown_timeout=1.0)
                await runner.setup()
                stack.push_async_callback(runner.cleanup)
                site = web.TCPSite(runner, self._host, self._ports[place], reuse_address=True)
                await site.start()
                self._ports[place] = runner.addresses[0][1]
            self._listening = stack.pop_all()
        for place, signer in ((Place.BUCKET, self._state.bucket), (Place.RESULTS, self._state.results)):
            signer.host = f"{self._host}:{self._ports[place]}"

    def _handler(self, place: Place) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            record = RequestRecord(
                place=place,
                method=request.method,
                path=request.path,
                query=request.query_string if place is Place.API else "",
                at=self._state.clock.time(),
                headers=without_secrets(request.headers.items()),
                request_bytes=request.content_length or 0,
            )
            self.requests.append(record)
            try:
                reply = await self._met(request, record)
                return await self._send(request, reply, record)
            except ConnectionError:  # The client left; what it ordered stays ordered.
                return self._reset(request)

        return handle

    async def _met(self, request: web.BaseRequest, record: RequestRecord) -> Reply:
        """The answer to a request, with the faults that it met."""
        faults = self.faults.matching(record.place, record.method, record.path)
        for fault in (fault for fault in faults if fault.after is None):
            self._note(fault, record)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.before is not None:
                return fault.before
        reply = await self._answer(request, record)
        if reply.status == 200:
            for fault in faults:
                # Another request may have spent it while this one was being handled.
                if fault.after is not None and fault.left != 0:
                    self._note(fault, record)
                    reply = fault.after(reply)
        return reply

    @staticmethod
    def _note(fault: Fault, record: RequestRecord) -> None:
        fault.spend()
        record.faults.append(fault.name)

    async def _answer(self, request: web.BaseRequest, record: RequestRecord) -> Reply:
        try:
            match record.place:
                case Place.BUCKET:
                    return await uploads.put(self._state, request)
                case Place.RESULTS:
                    return await results.get(self._state, request)
                case Place.API:
                    return await self._api(request, record)
        except Refused as refused:
            return of_refusal(refused)
        except StorageRefused as refused:
            return of_storage_refusal(refused)

    async def _api(self, request: web.BaseRequest, record: RequestRecord) -> Reply:
        if self._state.strict.user_agent and not request.headers.get("User-Agent", "").strip():
            return of_text("error code: 1010", status=403)
        if (endpoint := ENDPOINTS.get((request.method, request.path))) is None:
            raise Refused("API_NOT_FOUND", f"{request.method} {request.path} does not exist")
        account = account_of(request.headers, self._state.accounts)
        record.account = account.name
        if (request.content_length or 0) > MAX_BODY:
            return of_text("413 Request Entity Too Large", status=413)
        body = await request.content.read(-1)
        record.request_bytes = len(body)
        call = Call(
            account=account,
            path=request.path,
            query=dict(request.query),
            body=body,
            content_type=request.headers.get("Content-Type", "").partition(";")[0].strip(),
        )
        return await endpoint(self._state, call)

    async def _send(
        self, request: web.BaseRequest, reply: Reply, record: RequestRecord
    ) -> web.StreamResponse:
        match reply.sending:
            case Sending.HANG:
                await self._closing.wait()
                return self._reset(request)
            case Sending.DROP:
                return self._reset(request)
            case Sending.CUT | Sending.WHOLE:
                response = web.StreamResponse(status=reply.status, headers=reply.headers)
        record.status = reply.status
        record.response_bytes = len(reply.body)
        response.content_length = len(reply.body)
        if reply.content_type:
            response.content_type = reply.content_type
        await response.prepare(request)
        whole = reply.sending is Sending.WHOLE
        await response.write(reply.body if whole else reply.body[: len(reply.body) // 2])
        if not whole:
            return self._reset(request, linger=True)
        await response.write_eof()
        return response

    @staticmethod
    def _reset(request: web.BaseRequest, *, linger: bool = False) -> web.StreamResponse:
        """Close the connection: at once with a reset, or after what was written (`linger`)."""
        if (transport := request.transport) is not None:
            if linger:
                transport.close()
            else:
                if (sock := transport.get_extra_info("socket")) is not None:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()
        return web.StreamResponse()


def _signer(host: str) -> Signer:
    return Signer(
        access_key=f"AKIA{secrets.token_hex(8).upper()}", secret=secrets.token_urlsafe(30), host=host
    )
