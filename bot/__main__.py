"""`python -m bot run | migrate | doctor | rotate-keys | health`.

Exit codes: 0 well, 1 failed, 2 the settings cannot be used. The last line of a failed start says what to do.

What the commands need is imported by each: a container asks for `health` every half minute, and loading the whole bot
to ask would cost a second of CPU and 110 MiB each time.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import http.client
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

from bot import __version__, telemetry
from bot.settings import BadSettings, Settings, load

log = logging.getLogger("bot")

_WELL: Final = 0
_FAILED: Final = 1
_BAD_SETTINGS: Final = 2
_PORT: Final = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL})
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_PATIENCE: Final = 5.0


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Easel, a Discord bot that trains LoRAs."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="answer people and work on their jobs, until stopped")
    commands.add_parser("migrate", help="bring the database to this version, and stop")
    commands.add_parser(
        "doctor", help="check token, database, keys, providers and permissions, and say what to do"
    )
    commands.add_parser("rotate-keys", help="seal every stored key anew under the first of ENCRYPTION_KEYS")
    commands.add_parser(
        "health", help="ask the running bot whether it is well (for the container's health check)"
    )
    command = parser.parse_args(arguments).command
    try:
        settings = load()
    except BadSettings as fault:
        return _said(str(fault), _BAD_SETTINGS)
    if command == "health":
        return _ask_health(settings)
    telemetry.set_up(
        level=settings.log_level,
        style=settings.log_format,
        secrets=[settings.discord_token.get_secret_value(), *settings.encryption_key_list],
    )
    return _carry_out(command, settings)


def _carry_out(command: str, settings: Settings) -> int:
    import discord

    from bot.doctor import examine
    from bot.services.cipher import BadEncryptionKey
    from bot.storage.migrate import SchemaRefused, upgrade

    try:
        match command:
            case "run":
                return asyncio.run(_until_stopped(_run(settings)))
            case "doctor":
                return asyncio.run(_until_stopped(examine(settings, print)))
            case "rotate-keys":
                return asyncio.run(_until_stopped(_rotate(settings)))
            case _:
                upgrade(settings.database_url)
                return _told("The database is up to date.")
    except BadEncryptionKey as fault:
        return _said(str(fault), _BAD_SETTINGS)
    except SchemaRefused as fault:
        return _said(str(fault), _FAILED)
    except discord.LoginFailure:
        return _said("Discord refuses the token. Copy it anew from the developer portal, page Bot.", _FAILED)
    except discord.HTTPException as fault:
        return _said(
            f"Discord refuses to let Easel start ({fault.status}). Ask `python -m bot doctor`.", _FAILED
        )
    except discord.ConnectionClosed as fault:
        return _said(f"Discord closed the connection for good ({fault.code}): {fault.reason}", _FAILED)
    except OSError as fault:
        return _said(_of_system(fault, settings), _FAILED)
    except Exception:
        log.critical("ended by what nobody expected", exc_info=True)
        return _said(
            "Easel ended because of the error above. `python -m bot doctor` looks at what a start needs.",
            _FAILED,
        )


async def _run(settings: Settings) -> int:
    from bot.app import open_app

    log.info("starting", extra={"version": __version__})
    async with open_app(settings) as app:
        await app.run()
    return _WELL


async def _until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """Do the work until it ends or the process is asked to stop, which lets steps under way finish."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        log.info("stopped")
        return _WELL
    except BaseExceptionGroup as group:
        raise _first(group) from None


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def _rotate(settings: Settings) -> int:
    from bot.app import open_vault
    from bot.storage.migrate import upgrade

    await asyncio.to_thread(upgrade, settings.database_url)
    async with open_vault(settings) as vault:
        renewed, unreadable = await vault.rotate()
    if unreadable:
        return _said(
            f"Sealed anew: {renewed}. Not readable with any of ENCRYPTION_KEYS: {unreadable}. Add the key they "
            "were sealed with to the end of the list and run this again, or let their owners set them anew.",
            _FAILED,
        )
    return _told(f"Sealed anew: {renewed}. Every stored key now needs only the first of ENCRYPTION_KEYS.")


def _ask_health(settings: Settings) -> int:
    host = _EVERYWHERE.get(settings.http_host, settings.http_host)
    if settings.http_port == 0:
        return _said("HTTP_PORT is 0, so nobody can be asked. Give it a number, or do not ask.", _FAILED)
    line = http.client.HTTPConnection(host, settings.http_port, timeout=_PATIENCE)
    try:
        line.request("GET", "/health")
        answer = line.getresponse()
        text = answer.read(4096).decode(errors="replace")
    except (OSError, http.client.HTTPException) as fault:
        return _said(f"Nobody answers on {host}:{settings.http_port} ({fault}).", _FAILED)
    finally:
        line.close()
    return _told(text) if answer.status == http.HTTPStatus.OK else _said(text, _FAILED)


def _of_system(fault: OSError, settings: Settings) -> str:
    what = fault.strerror or str(fault)
    if fault.errno in _PORT:
        return (
            f"Health and metrics cannot be served: {what}. Choose another HTTP_HOST or HTTP_PORT, or end whoever "
            "has that port; HTTP_PORT=0 serves none."
        )
    if fault.filename is not None:
        return f"{what}: {fault.filename}. Let DATA_DIR and DATABASE_URL name places that I may write to."
    return f"{what}. `python -m bot doctor` looks at what a start needs."


def _told(text: str) -> int:
    print(text)
    return _WELL


def _said(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
