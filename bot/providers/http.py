"""Speaking HTTP with a hosted service: questions that may be repeated, orders that never are, and who decides.

Here live the shared connections (`open_http`), one service's line over them (`Line`), and the only retry loop of the
code base with the only function that decides about retries (`pause_before`). What a service's words mean never lives
here: a `Line` is given that as two functions, one that explains a refusal and one that reads a success.

Nothing here raises anything but `ProviderRefusal` children, and none of them carries a cause: the exceptions of the
HTTP libraries hold requests, and requests hold keys and signed addresses.
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import logging
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVar

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.domain.errors import (
    BalanceEmpty,
    EndpointGone,
    FrontRefused,
    KeyRefused,
    NotAllowed,
    OutcomeUnknown,
    PictureRefusedByProvider,
    PromptRefused,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    Refusal,
    RequestRefused,
)
from bot.domain.keys import ApiKey
from bot.providers.answers import (
    NETWORK_ERRORS,
    NOT_JSON,
    Answer,
    Silence,
    document_of,
    seconds_of,
    silence_of,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")

LARGEST_ANSWER: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long things may take, in seconds, and how often a question is put."""

    connect: float = 10.0
    question: float = 30.0
    """One try of a question, and the silence that any read may bring."""
    questions: float = 75.0
    """All tries of one question, pauses included."""
    order: float = 60.0
    transfer: float = 30.0
    """One transfer of a file, before its size is counted."""
    slowest: float = 48 * 1024.0
    """Bytes per second that a transfer is expected to make."""
    tries: int = 4
    first_pause: float = 0.5
    longest_pause: float = 8.0

    def transfer_of(self, size: int) -> float:
        """Seconds for one transfer of `size` bytes."""
        return self.transfer + size / self.slowest


@dataclass(frozen=True, slots=True)
class Http:
    """The process's connections: `api` for questions, `orders` for what costs money, `raw` for signed addresses.

    An order always has a connection of its own. On a kept one it may meet the server's good-bye, and then nobody
    knows whether it was read.
    """

    api: httpx.AsyncClient
    orders: httpx.AsyncClient
    raw: aiohttp.ClientSession


@asynccontextmanager
async def open_http(*, user_agent: str, connections: int = 100) -> AsyncIterator[Http]:
    """Connections for every provider and key, at most `connections` and as many orders, closed on leaving.

    No cookies (one person's would go along with another's key), no redirects, no environment (`.netrc`, proxies).
    The `User-Agent` is always sent: without it the network front answers 403 (novita-api §1).
    """
    trust = ssl.create_default_context()
    kept = aiohttp.TCPConnector(ssl=trust, limit=connections)
    single = aiohttp.TCPConnector(ssl=trust, limit=connections, force_close=True)
    async with (
        _session(kept, user_agent=user_agent) as raw,
        _session(single, user_agent=user_agent) as once,
        _client(raw, trust=trust, headers={"User-Agent": user_agent}) as api,
        _client(once, trust=trust, headers={"User-Agent": user_agent, "Connection": "close"}) as orders,
    ):
        yield Http(api=api, orders=orders, raw=raw)


def _session(connector: aiohttp.TCPConnector, *, user_agent: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent},
        trust_env=False,
    )


def _client(
    session: aiohttp.ClientSession, *, trust: ssl.SSLContext, headers: Mapping[str, str]
) -> httpx.AsyncClient:
    no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=trust, client=session),
        headers={**headers, "Accept": "application/json"},
        cookies=no_cookies,
        follow_redirects=False,
        trust_env=False,
    )


Explain: TypeAlias = Callable[[Answer, str], ProviderRefusal | None]
"""What a service's answer refuses, or None for a success. The second argument is the key, to be kept out of it."""

Parse: TypeAlias = Callable[[object], T]
"""Reads a success's JSON. Raises `ValueError` when it cannot be understood."""


class Trouble(Exception):
    """One try has failed with `refusal`. `now` asks for the next without a pause: something else will be tried."""

    def __init__(
        self, refusal: Refusal, *, again: bool, retry_after: float | None = None, now: bool = False
    ) -> None:
        super().__init__()
        self.refusal = refusal
        self.again = again
        self.retry_after = retry_after
        self.now = now


BETTER_LATER: Final = (ProviderDown, ProviderNonsense, RateLimited)
"""Refusals of a question that the same question may overcome."""

NOTHING_TAKEN: Final = (
    BalanceEmpty,
    EndpointGone,
    FrontRefused,
    KeyRefused,
    NotAllowed,
    PictureRefusedByProvider,
    PromptRefused,
    RateLimited,
    RequestRefused,
)
"""Refusals of an order that leave no doubt: nothing was ordered."""


def pause_before(
    trouble: Trouble,
    *,
    made: int,
    allowed: int,
    left: float,
    patience: Patience,
    jitter: Callable[[], float],
) -> float | None:
    """Seconds until the next try, or None to give up. Of `allowed` tries `made` are over, `left` seconds remain.

    The server's `Retry-After` comes first and is waited for in full; otherwise the pause is anything between nothing
    and a bound that doubles with every try (full jitter). A pause that does not fit into what is left is none.
    """
    if not trouble.again or made >= allowed:
        return None
    if trouble.now:
        pause = 0.0
    elif trouble.retry_after is not None:
        pause = trouble.retry_after
    else:
        pause = jitter() * min(patience.longest_pause, patience.first_pause * 2 ** (made - 1))
    return pause if pause < left else None


def judged(
    answer: Answer, *, provider: str, secret: str, explain: Explain, parse: Parse[T]
) -> T | ProviderRefusal:
    """What an answer comes to: a value, or a refusal. Never raises."""
    if (refusal := explain(answer, secret)) is not None:
        return refusal
    if not answer.ok or answer.document is NOT_JSON:
        return ProviderNonsense(provider=provider)
    try:
        return parse(answer.document)
    except (ValueError, RecursionError):
        return ProviderNonsense(provider=provider)


async def persist(
    attempt: Callable[[], Awaitable[T]],
    *,
    late: Refusal,
    within: float,
    tries: int,
    patience: Patience,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
    clock: Callable[[], float] = time.monotonic,
    note: Callable[..., None] = lambda **_: None,
) -> T:
    """Make `attempt` until it succeeds or `pause_before` gives up: `tries` times, within so many seconds in all.

    Errors: the refusal of the last try's `Trouble`; `late` when a try is still under way at the end.
    """
    ends = clock() + within
    made = 0
    while True:
        made += 1
        try:
            async with asyncio.timeout(max(ends - clock(), 0.001)):
                return await attempt()
        except Trouble as met:
            trouble = met
        except TimeoutError:
            trouble = Trouble(late, again=False)
        pause = pause_before(
            trouble, made=made, allowed=tries, left=ends - clock(), patience=patience, jitter=jitter
        )
        if pause is None:
            raise trouble.refusal
        note(tries=made, pause=round(pause, 3), why=trouble.refusal.code)
        await sleep(pause)


class Line:
    """One service's API at `url`, over shared connections. Knows no key: every call brings its own."""

    def __init__(
        self,
        connections: Http,
        *,
        provider: str,
        url: str,
        explain: Explain,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider = provider
        self.patience = patience or Patience()
        self.raw = connections.raw
        self.clock = clock
        self._http = connections
        self._url = url.rstrip("/")
        self._explain = explain
        self._sleep = sleep
        self._jitter = jitter

    @property
    def plain(self) -> bool:
        """The service is spoken to without TLS, as the sandbox is: it may name such addresses too."""
        return self._url.startswith("http:")

    async def ask(
        self,
        path: str,
        *,
        key: ApiKey,
        parse: Parse[T],
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> T:
        """Put a question, as often as `pause_before` allows: a GET, or a POST with `body` where nothing is paid.

        Errors: what `explain` says, `ProviderDown` without an answer, `ProviderNonsense` for an unreadable one.
        """
        method = "GET" if body is None else "POST"

        async def once() -> T:
            answer = await self._send(
                self._http.api, method, path, key=key, params=params, body=body, within=self.patience.question
            )
            if isinstance(answer, Silence):
                raise Trouble(ProviderDown(provider=self.provider), again=True)
            found = self._judged(answer, key=key, parse=parse)
            if isinstance(found, ProviderRefusal):
                raise Trouble(found, again=isinstance(found, BETTER_LATER), retry_after=answer.retry_after)
            return found

        return await self.persist(once, call=path, within=self.patience.questions)

    async def order(self, path: str, *, key: ApiKey, body: Mapping[str, object], parse: Parse[T]) -> T:
        """Send a paid POST exactly once.

        Errors: the service's clear refusals (4xx) as `explain` says them and `ProviderDown` when nothing was sent:
        nothing is ordered then. Everything else, every 5xx and every unreadable success among it, is
        `OutcomeUnknown`: a 500 has been seen after the task was made (novita-api §12, §15.5).
        """
        answer = await self._send(
            self._http.orders, "POST", path, key=key, body=body, within=self.patience.order
        )
        if isinstance(answer, Silence):
            self._note("order unanswered", call=path, why=answer.why, sent=answer.sent)
            if answer.sent:
                raise OutcomeUnknown(provider=self.provider)
            raise ProviderDown(provider=self.provider)
        found = self._judged(answer, key=key, parse=parse)
        if not isinstance(found, ProviderRefusal):
            return found
        self._note("order refused", call=path, status=answer.status, why=found.code)
        if answer.status < 500 and isinstance(found, NOTHING_TAKEN):
            raise found
        raise OutcomeUnknown(provider=self.provider)

    async def persist(
        self, attempt: Callable[[], Awaitable[T]], *, call: str, within: float, tries: int | None = None
    ) -> T:
        """Make `attempt` as `persist` does, with this line's patience."""
        return await persist(
            attempt,
            late=ProviderDown(provider=self.provider),
            within=within,
            tries=self.patience.tries if tries is None else tries,
            patience=self.patience,
            sleep=self._sleep,
            jitter=self._jitter,
            clock=self.clock,
            note=lambda **fields: self._note("asking again", call=call, **fields),
        )

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        key: ApiKey,
        within: float,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Answer | Silence:
        try:
            async with (
                asyncio.timeout(within),
                client.stream(
                    method,
                    f"{self._url}{path}",
                    params=params,
                    json=body,
                    headers={"Authorization": f"Bearer {key.reveal()}"},
                    timeout=httpx.Timeout(
                        within, connect=self.patience.connect, pool=2 * self.patience.connect
                    ),
                ) as response,
            ):
                whole = bytearray()
                async for chunk in response.aiter_bytes():
                    whole += chunk
                    if len(whole) > LARGEST_ANSWER:
                        return Answer(status=response.status_code)
        except NETWORK_ERRORS as error:
            return silence_of(error)
        return Answer(
            status=response.status_code,
            body=bytes(whole),
            retry_after=seconds_of(response.headers.get("retry-after"), now=datetime.now(UTC)),
            document=document_of(bytes(whole)),
        )

    def _judged(self, answer: Answer, *, key: ApiKey, parse: Parse[T]) -> T | ProviderRefusal:
        return judged(answer, provider=self.provider, secret=key.reveal(), explain=self._explain, parse=parse)

    def _note(self, event: str, **fields: object) -> None:
        logger.info(event, extra={"provider": self.provider, **fields})
