"""The log: every way in which a secret could get into it is tried, and none of them succeeds."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot.domain.keys import ApiKey
from bot.telemetry import Redaction, set_up

DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GabcdE.aBcDeFgHiJkLmNoPqRsTuVwXyZ012345678901"
NOVITA = "sk_4fW0aTqk2mZr9LhY7cXvB1nQeR5tUiOp"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDpabcdefGHIJKLmnop-QRSTuvwx_yz0123456789"
SIGNATURE = "5b1c0ff3e0d1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b"
ENCRYPTION = "c2VjcmV0LWtleS1vZi10aGlydHktdHdvLWJ5dGVzISE="
CDN = "d3adb33fd3adb33fd3adb33fd3adb33fd3adb33fd3adb33fd3adb33fd3adb33f"
PASSWORD = "correct-horse-battery"

PRESIGNED = (
    "https://assets.example/up/1?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIASECRETSECRET%2F20260301"
    f"&X-Amz-Security-Token=FwoGZXIvYXdzEBYaDK&X-Amz-Signature={SIGNATURE}&X-Amz-Expires=120"
)

SECRETS = {
    "a Discord token": (DISCORD, f"logging in with {DISCORD}"),
    "a bot header": (DISCORD, f"{{'Authorization': 'Bot {DISCORD}'}}"),
    "a provider's key": (NOVITA, f"key {NOVITA} is refused"),
    "a bearer header": ("Zm9vYmFyYmF6cXV4", "Authorization: Bearer Zm9vYmFyYmF6cXV4"),
    "a bearer header in small letters": ("Zm9vYmFyYmF6cXV4", "{'authorization': 'bearer Zm9vYmFyYmF6cXV4'}"),
    "a bare authorization header": ("Zm9vYmFyYmF6cXV4", '{"Authorization": "Zm9vYmFyYmF6cXV4"}'),
    "a signature of an upload": (SIGNATURE, f"PUT {PRESIGNED} 403"),
    "a credential of an upload": ("AKIASECRETSECRET", f"PUT {PRESIGNED} 403"),
    "a session of an upload": ("FwoGZXIvYXdzEBYaDK", f"PUT {PRESIGNED} 403"),
    "a signature of an attachment": (CDN, f"https://cdn.discordapp.com/a/1/cat.png?ex=6&is=5&hm={CDN}&"),
    "a token in a webhook's address": (INTERACTION, f"POST /webhooks/123/{INTERACTION}/messages/@original"),
    "a token in a callback's address": (INTERACTION, f"https://discord.com/api/v10/interactions/123/{INTERACTION}/callback"),
    "an interaction's token in a payload": (INTERACTION, f'{{"id": "1", "token": "{INTERACTION}", "type": 2}}'),
    "an interaction's token in a dictionary": (INTERACTION, f"{{'id': 1, 'token': '{INTERACTION}'}}"),
    "a token in a query": ("hunter2hunter2", "GET /x?token=hunter2hunter2&y=1"),
    "a key in a query": ("hunter2hunter2", "GET /x?api_key=hunter2hunter2"),
    "a key in JSON": ("hunter2hunter2", '{"api_key": "hunter2hunter2"}'),
    "an encryption key": (ENCRYPTION, f"ENCRYPTION_KEYS is {ENCRYPTION}"),
    "a database's password": (PASSWORD, f"cannot connect to postgresql+psycopg://easel:{PASSWORD}@db/easel"),
}  # fmt: skip


def by_message(log: logging.Logger, text: str) -> None:
    log.warning(text)


def by_argument(log: logging.Logger, text: str) -> None:
    log.warning("it said %s", text)


def by_arguments_of_a_dictionary(log: logging.Logger, text: str) -> None:
    log.warning("it said %(what)s", {"what": text})


def by_extra_field(log: logging.Logger, text: str) -> None:
    log.warning("it said", extra={"what": text})


def by_extra_list(log: logging.Logger, text: str) -> None:
    log.warning("it said", extra={"what": [{"deep": (text,)}]})


def by_extra_bytes(log: logging.Logger, text: str) -> None:
    log.warning("it said", extra={"what": text.encode()})


def by_exception(log: logging.Logger, text: str) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError:
        log.exception("it failed")


def by_cause(log: logging.Logger, text: str) -> None:
    try:
        try:
            raise KeyError(text)
        except KeyError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        log.exception("it failed")


def by_note(log: logging.Logger, text: str) -> None:
    error = RuntimeError("inner")
    error.add_note(text)
    log.error("it failed", exc_info=error)


def by_group(log: logging.Logger, text: str) -> None:
    log.error("it failed", exc_info=ExceptionGroup("some", [ValueError(text)]))


def by_bad_format(log: logging.Logger, text: str) -> None:
    log.warning("%d of %s", text)


WAYS: list[Callable[[logging.Logger, str], None]] = [
    by_message,
    by_argument,
    by_arguments_of_a_dictionary,
    by_extra_field,
    by_extra_list,
    by_extra_bytes,
    by_exception,
    by_cause,
    by_note,
    by_group,
    by_bad_format,
]


@pytest.fixture(params=["console", "json"])
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What has come to standard error since it was last asked; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers = root.handlers
    names = (
        "",
        "bot",
        "cogs",
        "discord",
        "discord.client",
        "discord.state",
        "httpx",
        "sqlalchemy",
        "alembic",
        "PIL",
    )
    levels = {name: logging.getLogger(name).level for name in (*names, "aiohttp.access")}
    yield lambda: capsys.readouterr().err
    root.handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_secret_comes_into_the_log_by_any_way(
    written: Callable[[], str], style: str, way: Callable[[logging.Logger, str], None]
) -> None:
    set_up(level="DEBUG", style=style, secrets=[DISCORD, ENCRYPTION])
    leaks = {}
    for name, (secret, text) in SECRETS.items():
        way(logging.getLogger("bot.test"), text)
        line = written()
        assert line, name
        if secret in line:
            leaks[name] = line
    assert leaks == {}


def test_a_secret_of_this_process_is_taken_out_whatever_stands_around_it() -> None:
    redaction = Redaction([ENCRYPTION, "short"])
    assert ENCRYPTION not in redaction.clean(f"x{ENCRYPTION}y")
    assert redaction.clean("a short text") == "a short text"


@pytest.mark.parametrize(
    "text",
    [
        "job 0123456789 running",
        "delivered to channel 123456789012345678 by way channel",
        "GET /v3/training/subject 200 in 0.12 s",
        "https://api.novita.ai/v3/model?pagination.limit=100",
        "trained 24 of 24 at 12:03:04",
        "easel-0123456789",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert Redaction().clean(text) == text


def test_what_stood_there_can_still_be_told() -> None:
    clean = Redaction().clean
    assert clean(f"PUT {PRESIGNED}").startswith(
        "PUT https://assets.example/up/1?X-Amz-Algorithm=AWS4-HMAC-SHA256&"
    )
    assert clean(f"/webhooks/123/{INTERACTION}/x") == "/webhooks/123/[redacted]/x"
    assert clean("Authorization: Bearer abcdefghijkl") == "Authorization: Bearer [redacted]"


def test_numbers_and_truths_keep_their_type_in_the_fields(written: Callable[[], str]) -> None:
    set_up(level="INFO", style="json", secrets=[])
    logging.getLogger("bot.test").info(
        "delivered", extra={"job": "0123456789", "size": 12, "took": 0.5, "well": True, "none": None}
    )
    line = json.loads(written())
    assert {
        name: line[name] for name in ("level", "logger", "event", "job", "size", "took", "well", "none")
    } == {
        "level": "INFO",
        "logger": "bot.test",
        "event": "delivered",
        "job": "0123456789",
        "size": 12,
        "took": 0.5,
        "well": True,
        "none": None,
    }


def test_a_line_for_machines_is_one_line_also_with_a_traceback(written: Callable[[], str]) -> None:
    set_up(level="INFO", style="json", secrets=[])
    by_exception(logging.getLogger("bot.test"), "two\nlines")
    (line,) = written().splitlines()
    assert "RuntimeError: two\nlines" in json.loads(line)["error"]


def test_a_line_for_people_has_its_fields_and_its_traceback(written: Callable[[], str]) -> None:
    set_up(level="INFO", style="console", secrets=[])
    log = logging.getLogger("bot.test")
    log.info("delivered", extra={"job": "0123456789", "key": ApiKey(NOVITA)})
    by_exception(log, "it broke")
    lines = written()
    assert "INFO    bot.test: delivered  job=0123456789 key=ApiKey(" in lines
    assert "Traceback (most recent call last)" in lines


def test_the_level_is_kept_and_libraries_are_kept_quiet(written: Callable[[], str]) -> None:
    set_up(level="INFO", style="console", secrets=[])
    logging.getLogger("bot.test").debug("too quiet")
    for library in ("discord.http", "httpx", "sqlalchemy.engine", "aiohttp.access"):
        logging.getLogger(library).info("chatter")
        logging.getLogger(library).warning("trouble")
    lines = written()
    assert "too quiet" not in lines
    assert "chatter" not in lines
    assert lines.count("trouble") == 4


def test_setting_up_twice_writes_every_line_once(written: Callable[[], str]) -> None:
    for _ in range(2):
        set_up(level="INFO", style="console", secrets=[])
    logging.getLogger("bot.test").info("once")
    assert written().count("once") == 1
