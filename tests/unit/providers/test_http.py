"""The one retry decision, what an exception proves, and how answers are read."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp
import httpx
import pytest
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import (
    OutcomeUnknown,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    Refusal,
    TaskLost,
)
from bot.providers.answers import (
    LONGEST_RETRY_AFTER,
    NOT_JSON,
    Answer,
    Silence,
    document_of,
    seconds_of,
    silence_of,
)
from bot.providers.http import BETTER_LATER, NOTHING_TAKEN, Patience, Trouble, judged, pause_before

NOW = datetime(2026, 1, 10, 12, 0, 0, tzinfo=UTC)
DOWN = ProviderDown(provider="novita")


def trouble(*, again: bool = True, retry_after: float | None = None, now: bool = False) -> Trouble:
    return Trouble(DOWN, again=again, retry_after=retry_after, now=now)


@pytest.mark.parametrize(
    ("met", "made", "left", "jitter", "pause"),
    [
        pytest.param(trouble(), 1, 60.0, 1.0, 0.5, id="the first pause is at most the first bound"),
        pytest.param(trouble(), 2, 60.0, 1.0, 1.0, id="the bound doubles"),
        pytest.param(trouble(), 3, 60.0, 1.0, 2.0, id="and doubles again"),
        pytest.param(trouble(), 3, 60.0, 0.25, 0.5, id="jitter takes any part of it"),
        pytest.param(trouble(), 1, 60.0, 0.0, 0.0, id="also none of it"),
        pytest.param(trouble(), 4, 60.0, 1.0, None, id="the tries are over"),
        pytest.param(trouble(), 1, 0.5, 1.0, None, id="the pause does not fit into what is left"),
        pytest.param(trouble(), 1, -3.0, 0.0, None, id="nothing is left"),
        pytest.param(trouble(again=False), 1, 60.0, 1.0, None, id="it will not get better"),
        pytest.param(trouble(retry_after=7.0), 1, 60.0, 0.0, 7.0, id="the server's word comes first"),
        pytest.param(trouble(retry_after=0.0), 1, 60.0, 1.0, 0.0, id="the server says at once"),
        pytest.param(trouble(retry_after=61.0), 1, 60.0, 0.0, None, id="the server asks for too much"),
        pytest.param(trouble(retry_after=7.0), 4, 60.0, 0.0, None, id="Retry-After gives no more tries"),
        pytest.param(
            trouble(retry_after=7.0, again=False), 1, 60.0, 0.0, None, id="Retry-After on a refusal"
        ),
        pytest.param(trouble(now=True), 1, 60.0, 1.0, 0.0, id="something else is tried at once"),
        pytest.param(trouble(now=True), 4, 60.0, 1.0, None, id="but not for ever"),
    ],
)
def test_one_function_decides_about_retries(
    met: Trouble, made: int, left: float, jitter: float, pause: float | None
) -> None:
    patience = Patience(first_pause=0.5, longest_pause=8.0)
    decided = pause_before(met, made=made, allowed=4, left=left, patience=patience, jitter=lambda: jitter)
    assert decided == pause


@given(made=st.integers(1, 200), jitter=st.floats(0, 1, exclude_max=True))
def test_no_pause_is_longer_than_the_longest(made: int, jitter: float) -> None:
    patience = Patience(longest_pause=8.0)
    pause = pause_before(
        trouble(), made=made, allowed=201, left=1e9, patience=patience, jitter=lambda: jitter
    )
    assert pause is not None
    assert 0 <= pause <= 8.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("12", 12.0),
        ("1.5", 1.5),
        ("-4", 0.0),
        ("nan", None),
        ("inf", None),
        ("9" * 30, LONGEST_RETRY_AFTER),
        ("Sat, 10 Jan 2026 12:00:30 GMT", 30.0),
        ("Sat, 10 Jan 2026 11:00:00 GMT", 0.0),
        ("Sat, 32 Jan 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, now=NOW) == seconds


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


ROUTE = ConnectionKey("api.example.test", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (httpx.UnsupportedProtocol("x"), False),
        (httpx.ReadTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (TimeoutError(), True),
        (ConnectionResetError(), True),
        (caused(httpx.ConnectTimeout("x"), aiohttp.ClientConnectorError(ROUTE, OSError(111, "no"))), False),
        (caused(httpx.ConnectTimeout("x"), aiohttp.ClientConnectorDNSError(ROUTE, OSError(-2, "no"))), False),
        (caused(httpx.ConnectTimeout("x"), aiohttp.ConnectionTimeoutError("x")), False),
        # what httpx-aiohttp calls a connect timeout although the request may have arrived:
        (caused(httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()), True),
        (caused(httpx.ConnectTimeout("x"), aiohttp.ClientOSError(104, "reset")), True),
        (caused(httpx.ReadTimeout("x"), aiohttp.SocketTimeoutError("x")), True),
        (caused(httpx.ReadError("x"), aiohttp.ClientPayloadError("x")), True),
    ],
)
def test_only_proof_counts_as_not_sent(error: Exception, sent: bool) -> None:
    assert silence_of(error).sent is sent


def test_a_silence_names_the_error_and_not_what_it_holds() -> None:
    silence = silence_of(
        caused(httpx.ReadError("https://x/?X-Amz-Signature=abc"), aiohttp.ClientPayloadError("abc"))
    )
    assert silence == Silence(why="ClientPayloadError", sent=True)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b"\xff\xfe\xfa", b"[" * 100_000, b"9" * 5000, b'{"a": "\xe9"}']
)
def test_what_is_no_json_is_known_as_such(body: bytes) -> None:
    assert document_of(body) is NOT_JSON


def test_every_refusal_has_its_place_in_the_retry_rules() -> None:
    """A clear refusal of an order says that nothing was ordered; what may get better later is no clear refusal."""
    assert set(NOTHING_TAKEN) & set(BETTER_LATER) == {RateLimited}
    assert not {OutcomeUnknown, TaskLost} & set(NOTHING_TAKEN)
    assert all(issubclass(kind, ProviderRefusal) for kind in (*NOTHING_TAKEN, *BETTER_LATER))


def test_an_answer_is_judged_by_what_explains_it_then_by_its_status_then_by_its_form() -> None:
    lost = TaskLost(provider="novita")

    def number(document: object) -> int:
        if not isinstance(document, int):
            raise ValueError("not a number")
        return document

    def come(answer: Answer, refusal: ProviderRefusal | None = None) -> int | ProviderRefusal:
        return judged(answer, provider="novita", secret="s", explain=lambda a, s: refusal, parse=number)

    assert come(Answer(status=200, document=1), lost) is lost
    assert come(Answer(status=200, document=1)) == 1
    for bad in (Answer(status=302, document=1), Answer(status=200), Answer(status=200, document="x")):
        assert isinstance(come(bad), ProviderNonsense)


def test_trouble_is_not_a_refusal_and_says_nothing() -> None:
    assert not issubclass(Trouble, Refusal)
    assert str(trouble()) == ""
