"""The operator's side: failed starts, the doctor, key rotation, health, metrics, and what the log keeps to itself."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import secrets
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.process import BotProcess
from bot.sandbox.world import World, open_world
from tests.acceptance.habits import nothing_failed, nothing_leaked
from tests.acceptance.scenes import delivered, newest, owns_lora, told

Application = dict[str, Any]


@pytest.fixture
async def quiet(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose bot is not started."""
    async with open_world(tmp_path) as world:
        yield world


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose bot serves health and metrics and logs all it has to say as JSON; it is not started."""
    served = {"HTTP_PORT": str(_free_port()), "LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    async with open_world(tmp_path, environment=served) as world:
        yield world


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _fresh_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _with(world: World, **environment: str) -> BotProcess:
    """The bot of this world with other settings."""
    return BotProcess(
        environment={**world.bot.environment, **environment}, folder=world.folder, log=world.bot.log
    )


def _database(world: World) -> Path:
    return world.folder / "data" / "easel.db"


def _last_line(said: str) -> str:
    return said.strip().splitlines()[-1]


# --- starts that cannot be ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"DISCORD_TOKEN": "", "ENCRYPTION_KEYS": ""},
            "DISCORD_TOKEN is not set; ENCRYPTION_KEYS is not set. Copy .env.example to .env and fill it in.",
        ),
        (
            {"ENCRYPTION_KEYS": "correct horse"},
            "Key 1 of ENCRYPTION_KEYS is not 32 bytes in base64 or hexadecimal. Make one with: openssl rand -base64 32",
        ),
        (
            {"NOVITA_URL": "http://novita.example", "SHARD_IDS": "0"},
            "NOVITA_URL must begin with https:// (http:// only for this machine itself)",
        ),
        (
            {"DATABASE_URL": "mysql://easel"},
            "DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+psycopg://",
        ),
    ],
)
async def test_settings_that_cannot_be_used_are_named_and_their_values_are_not_shown(
    quiet: World, settings: dict[str, str], sentence: str
) -> None:
    code, said = await _with(quiet, **settings).run("run")

    assert code == 2
    assert sentence in _last_line(said)
    assert "Traceback" not in said
    assert not [value for value in settings.values() if len(value) > 5 and value in said]


async def test_a_database_that_was_changed_by_hand_is_left_alone_and_the_last_line_says_what_to_do(
    quiet: World,
) -> None:
    assert await quiet.bot.run("migrate") == (0, "The database is up to date.\n")
    with closing(sqlite3.connect(_database(quiet))) as database, database:
        database.execute("ALTER TABLE jobs ADD COLUMN mine TEXT")

    code, said = await quiet.bot.run("run")
    assert code == 1
    assert "mine" in _last_line(said)
    assert _last_line(said).endswith("Undo the change by hand or restore a backup.")

    code, said = await quiet.bot.run("doctor")
    assert code == 1
    assert "✗ database: refused" in said
    assert "✓ Discord" in said


async def test_a_database_of_a_newer_version_is_refused(quiet: World) -> None:
    await quiet.bot.run("migrate")
    with closing(sqlite3.connect(_database(quiet))) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    code, said = await quiet.bot.run("run")

    assert code == 1
    assert _last_line(said).startswith(
        "The database was made by a newer version of Easel. Start that version"
    )


async def test_a_file_that_is_no_database_ends_the_start_with_what_to_check(quiet: World) -> None:
    _database(quiet).parent.mkdir()
    _database(quiet).write_bytes(b"these are somebody's holiday notes\n" * 40)

    code, said = await quiet.bot.run("run")
    assert code == 1
    assert "Check DATABASE_URL: the file must be a database" in _last_line(said)
    assert "Traceback" not in said

    code, said = await quiet.bot.run("doctor")
    assert code == 1
    assert "✗ database: not usable (DatabaseError)\n    → Check DATABASE_URL" in said


async def test_a_refused_token_ends_the_start_at_once(quiet: World) -> None:
    code, said = await _with(quiet, DISCORD_TOKEN="a-token-of-nobody").run("run")

    assert code == 1
    assert _last_line(said) == "Discord refuses the token. Copy it anew from the developer portal, page Bot."
    assert "a-token-of-nobody" not in said
    assert "Traceback" not in said


async def test_a_port_that_is_taken_is_named_with_the_settings_that_change_it(quiet: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = await _with(quiet, HTTP_PORT=str(taken.getsockname()[1])).run("run")

    assert code == 1
    assert "Choose another HTTP_HOST or HTTP_PORT" in _last_line(said)


async def test_a_data_folder_that_cannot_be_is_named(quiet: World) -> None:
    (quiet.folder / "file").write_text("in the way")
    broken = _with(quiet, DATA_DIR=str(quiet.folder / "file" / "data"))

    code, said = await broken.run("run")
    assert code == 1
    assert f"{quiet.folder / 'file'}" in _last_line(said)
    assert _last_line(said).endswith("Let DATA_DIR and DATABASE_URL name places that I may write to.")

    code, said = await broken.run("doctor")
    assert code == 1
    assert "→ Let DATA_DIR name a folder that I can write to" in said


# --- the doctor -----------------------------------------------------------------------------------------------


async def test_the_doctor_finds_a_healthy_world_well_and_says_how_the_bot_is_added(quiet: World) -> None:
    code, said = await quiet.bot.run("doctor")

    assert code == 0
    assert _last_line(said) == "All is well."
    assert "✗" not in said
    assert "!" not in said
    link = f"https://discord.com/oauth2/authorize?client_id={quiet.discord.application_id}"
    assert f"{link}&scope=bot+applications.commands&permissions=274878024704" in said
    assert f"{link}&scope=applications.commands&integration_type=1" in said
    assert "999 of 1000 left today" in said
    assert "leave the three privileged ones off" in said
    assert quiet.discord.gateway.identifies == 0, "a session start was spent"
    assert quiet.novita.orders == 0
    _says_no_secret(quiet, said)


async def test_the_doctor_goes_on_when_discord_and_novita_are_away_and_has_a_remedy_for_each(
    quiet: World,
) -> None:
    nowhere = f"http://127.0.0.1:{_free_port()}"
    away = _with(quiet, DISCORD_API_URL=f"{nowhere}/api/v10", NOVITA_URL=nowhere)

    code, said = await away.run("doctor")

    assert code == 1
    assert "✓ database" in said
    assert (
        "✗ Discord: not reachable (ClientConnectorError), so the token could not be checked\n    → Check"
        in said
    )
    assert "! Novita: not reachable\n    → Check NOVITA_URL" in said
    assert _last_line(said) == "1 to mend."
    _says_no_secret(quiet, said)


async def test_the_doctor_names_every_refused_secret_without_saying_it(quiet: World) -> None:
    ill = _with(quiet, DISCORD_TOKEN="a-token-of-nobody", ENCRYPTION_KEYS="correct horse")

    code, said = await ill.run("doctor")

    assert code == 1
    assert "✗ encryption: ENCRYPTION_KEYS cannot be used\n    → Key 1 of ENCRYPTION_KEYS" in said
    assert "✓ stored keys: none yet" in said
    assert "✗ Discord: the token is refused\n    → Copy DISCORD_TOKEN anew" in said
    assert "✓ Novita" in said
    assert _last_line(said) == "2 to mend."
    assert "a-token-of-nobody" not in said
    assert "correct horse" not in said


async def test_the_doctor_finds_a_gateway_that_a_firewall_keeps_away(quiet: World) -> None:
    code, said = await _with(quiet, DISCORD_GATEWAY_URL=f"ws://127.0.0.1:{_free_port()}").run("doctor")

    assert code == 1
    assert "✗ Discord: not reachable" in said
    assert "DISCORD_GATEWAY_URL" in said


async def test_the_doctor_knows_a_hotel_s_login_page_from_discord(quiet: World) -> None:
    async def asked(_: web.Request) -> web.Response:
        return web.Response(text="<h1>Welcome to our Wi-Fi</h1>", content_type="text/html")

    async with _answering(asked) as url:
        code, said = await _with(quiet, DISCORD_API_URL=url).run("doctor")

    assert code == 1
    assert "✗ Discord: somebody answers, but not as Discord does\n    → Check DISCORD_API_URL" in said
    assert "✓ Novita" in said


async def test_the_doctor_reads_in_the_portal_what_keeps_people_from_using_the_bot(quiet: World) -> None:
    def hostile(application: Application) -> None:
        application["interactions_endpoint_url"] = "https://example.com/interactions"
        application["bot_require_code_grant"] = True
        application["bot_public"] = False
        application["integration_types_config"] = {"0": {}}

    async with _portal(quiet, hostile, starts_left=3) as url:
        code, said = await _with(quiet, DISCORD_API_URL=url).run("doctor")

    assert code == 1
    for line in (
        "✗ starts: 3 of 1000 left today\n    → Find out why",
        "✗ interactions: Discord sends commands to a web address instead of here\n    → Clear Interactions",
        "✗ invitation: nobody can add me to a server\n    → Switch off Requires OAuth2 Code Grant",
        "! invitation: only the application's owner can add me\n    → That may be meant.",
        "! installation: in servers only\n    → Tick User Install",
    ):
        assert line in said
    assert _last_line(said) == "3 to mend."


async def test_what_is_only_worth_a_thought_does_not_fail_the_doctor(quiet: World) -> None:
    def servers_only(application: Application) -> None:
        del application["integration_types_config"]

    old_and_new = f"{_fresh_key()},{quiet.bot.environment['ENCRYPTION_KEYS']}"
    async with _portal(quiet, servers_only) as url:
        code, said = await _with(quiet, DISCORD_API_URL=url, ENCRYPTION_KEYS=old_and_new).run("doctor")

    assert code == 0
    assert "! installation: in servers only" in said
    assert "! encryption: 2 keys\n    → Run `python -m bot rotate-keys`" in said
    assert _last_line(said) == "All is well."


@asynccontextmanager
async def _portal(
    world: World, change: Callable[[Application], None], *, starts_left: int = 999
) -> AsyncIterator[str]:
    """Discord with other settings in the developer portal; the address of its API."""

    async def asked(request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in ("Authorization", "User-Agent")}
        path = request.path.removeprefix("/api/v10")
        async with session.get(world.discord.api_url + path, headers=headers) as answer:
            body = await answer.json()
            status = answer.status
        if path == "/oauth2/applications/@me":
            change(body)
        elif path == "/gateway/bot":
            body["session_start_limit"]["remaining"] = starts_left
        # discord.py reads as JSON only what is called so and nothing more
        return web.Response(
            body=json.dumps(body), status=status, headers={"Content-Type": "application/json"}
        )

    async with aiohttp.ClientSession() as session, _answering(asked) as url:
        yield url


@asynccontextmanager
async def _answering(asked: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    server = web.Application()
    server.router.add_get("/api/v10/{rest:.*}", asked)
    runner = web.AppRunner(server)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    finally:
        await runner.cleanup()


def _says_no_secret(world: World, said: str) -> None:
    assert world.discord.token not in said
    assert world.bot.environment["ENCRYPTION_KEYS"] not in said
    assert "Traceback" not in said


# --- rotating the encryption key ------------------------------------------------------------------------------


async def test_a_rotation_leaves_every_stored_key_readable_with_the_new_encryption_key_alone(
    quiet: World,
) -> None:
    await quiet.started()
    await quiet.has_key(quiet.ada)
    await quiet.has_key(quiet.bo)
    assert await quiet.bot.stop() == 0
    old, new = quiet.bot.environment["ENCRYPTION_KEYS"], _fresh_key()

    code, said = await _with(quiet, ENCRYPTION_KEYS=f"{new},{old}").run("rotate-keys")
    assert (code, _last_line(said)) == (
        0,
        "Sealed anew: 2. Every stored key now needs only the first of ENCRYPTION_KEYS.",
    )
    code, said = await _with(quiet, ENCRYPTION_KEYS=f"{new},{old}").run("rotate-keys")
    assert (code, _last_line(said).split(".")[0]) == (0, "Sealed anew: 0")

    renewed = _with(quiet, ENCRYPTION_KEYS=new)
    try:
        await renewed.start()
        await quiet.discord.gateway.connected()
        shown = await quiet.ada.runs("/key show")
        await shown.answered()
        assert "$10.00" in told(shown)
    finally:
        assert await renewed.stop() == 0


async def test_keys_that_no_encryption_key_opens_are_counted_and_nothing_of_them_is_lost(
    quiet: World,
) -> None:
    await quiet.started()
    await quiet.has_key(quiet.ada)
    await quiet.bot.stop()
    lost = _with(quiet, ENCRYPTION_KEYS=_fresh_key())

    code, said = await lost.run("rotate-keys")
    assert code == 1
    assert "Not readable with any of ENCRYPTION_KEYS: 1. Add the key they were sealed with" in _last_line(
        said
    )
    code, said = await lost.run("doctor")
    assert code == 1
    assert "✗ stored keys: 1 of 1 cannot be read\n    → Add the encryption key" in said

    code, said = await quiet.bot.run("doctor")
    assert code == 0
    assert "✓ stored keys: 1, all readable" in said


# --- health, metrics, logs ------------------------------------------------------------------------------------


async def test_health_readiness_and_metrics_tell_how_the_bot_stands(watched: World, cats: list[Path]) -> None:
    assert (await watched.bot.run("health"))[0] == 1, "nobody was there to be well"
    await watched.started()
    await _becomes(watched, "/ready", 200)
    assert await _page(watched, "/health") == (200, '{"poller": true}')
    assert await watched.bot.run("health") == (0, '{"poller": true}\n')
    assert _figures(await _page(watched, "/metrics"))['easel_jobs{state="done"}'] == 0

    refused = await watched.ada.runs("/imagine", prompt="a cat")
    await refused.answered()
    await watched.has_key(watched.ada)
    await owns_lora(watched, watched.ada, "mara", cats)
    await watched.bot.kill()
    await watched.started()
    await _becomes(watched, "/ready", 200)

    after = _figures(await _page(watched, "/metrics"))
    assert after['easel_jobs{state="done"}'] == 1, "counted by the database, not by the process"
    assert after["easel_gateway_up"] == 1
    assert 0 <= after['easel_gateway_latency_seconds{shard="0"}'] < 5
    assert after['easel_loop_restarts_total{loop="poller"}'] == 0
    assert after["easel_jobs_watched"] == 0
    assert 0 <= after["easel_event_loop_lag_seconds"] < 5
    assert after["easel_poller_silence_seconds"] < 30


async def test_deliveries_and_refusals_are_counted_whatever_the_log_leaves_out(
    quiet: World, cats: list[Path]
) -> None:
    port = str(_free_port())
    terse = _with(quiet, HTTP_PORT=port, LOG_LEVEL="ERROR")
    try:
        await terse.start()
        await quiet.discord.registered("imagine")
        await quiet.discord.gateway.connected()
        refused = await quiet.ada.runs("/imagine", prompt="a cat")
        await refused.answered()
        await quiet.has_key(quiet.ada)
        await owns_lora(quiet, quiet.ada, "mara", cats)
        figures = _figures(await _asked(f"http://127.0.0.1:{port}/metrics"))
    finally:
        await terse.stop()

    assert figures['easel_deliveries_total{way="channel"}'] == 1
    assert figures['easel_refusals_total{code="no_key",of="person"}'] == 1
    assert "delivered" not in quiet.bot.log.read_text()


async def test_a_bot_without_discord_waits_for_it_and_is_not_restarted(watched: World) -> None:
    away = watched.discord.faults.next("GET", "/users/@me", drop=True, times=1000)
    await watched.bot.start()
    await _becomes(watched, "/ready", 503)
    assert await away.happened(within=0) is False
    assert (await _page(watched, "/health"))[0] == 200
    assert json.loads((await _page(watched, "/ready"))[1]) == {
        "poller": True,
        "discord": False,
        "database": True,
    }

    watched.discord.faults.clear()
    await _becomes(watched, "/ready", 200)
    assert await watched.bot.stop() == 0


async def test_a_whole_training_and_painting_leave_no_secret_in_a_log_of_json(
    watched: World, cats: list[Path]
) -> None:
    await watched.started()
    await watched.has_key(watched.ada)
    await owns_lora(watched, watched.ada, "mara", cats)
    painting = await watched.ada.runs("/imagine", prompt="a cat in a lighthouse", lora="mara")
    await painting.answered()
    await delivered(watched, newest(watched).id)
    assert await watched.bot.stop() == 0

    text = watched.bot.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"time", "level", "logger", "event"} <= set.intersection(*(set(line) for line in lines))
    assert [line["way"] for line in lines if line["event"] == "delivered"] == ["channel", "channel"]
    nothing_leaked(watched)
    nothing_failed(watched)
    assert watched.bot.environment["ENCRYPTION_KEYS"] not in text
    assert "lighthouse" not in text
    assert not re.search(r"X-Amz-Signature=(?!\[redacted\])", text), "a signed address"
    assert not [token for token in _interaction_tokens(watched) if token in text], "an interaction's token"


def _interaction_tokens(world: World) -> Iterator[str]:
    for exchange in world.discord.exchanges.entries:
        if found := re.fullmatch(r"/(?:interactions|webhooks)/\d+/([^/]+)(?:/.*)?", exchange["path"]):
            yield found[1]


def _figures(page: tuple[int, str]) -> dict[str, float]:
    """The samples of a page of metrics by name and labels."""
    assert page[0] == 200
    samples = (line.rpartition(" ") for line in page[1].splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


async def _page(world: World, path: str) -> tuple[int, str]:
    return await _asked(f"http://127.0.0.1:{world.bot.environment['HTTP_PORT']}{path}")


async def _asked(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


async def _becomes(world: World, path: str, status: int, *, within: float = 60) -> None:
    """Wait until the page answers with this status."""
    async with asyncio.timeout(within):
        while True:
            with _nobody_yet():
                if (await _page(world, path))[0] == status:
                    return
            await asyncio.sleep(0.05)


@contextmanager
def _nobody_yet() -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientConnectorError:
        return
