"""The doctor: looks at everything that a start needs, says what is wrong and what to do about it.

It asks Discord and the provider questions that cost nothing and start no session, and never says a secret.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import discord
from discord.http import Route

from bot.app import USER_AGENT, open_vault
from bot.domain.errors import KeyRefused, ProviderDown, ProviderRefusal
from bot.domain.keys import ApiKey
from bot.providers.http import Patience, open_http
from bot.providers.novita import NovitaProvider
from bot.services.cipher import BadEncryptionKey, Cipher
from bot.settings import Settings
from bot.storage.migrate import SchemaRefused, standing

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""What the bot asks for when it is added to a server. Reading the history finds a result that a crash left unnoted."""
SCOPES: Final = ("bot", "applications.commands")
_FEW_STARTS: Final = 20
_LITTLE_ROOM: Final = 1 << 30
_PATIENCE: Final = 15.0
"""Seconds for all questions to one service."""
_QUICK: Final = Patience(connect=5.0, question=6.0, questions=12.0, tries=2)
_TROUBLE: Final = (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordException)
_HELLO: Final = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `remedy` only where something is wrong; not `grave` where the bot works all the same."""

    what: str
    text: str
    remedy: str | None = None
    grave: bool = True

    @property
    def mark(self) -> str:
        """Well, worth a thought, or to be mended."""
        return "✓" if self.remedy is None else "✗" if self.grave else "!"


async def examine(settings: Settings, say: Callable[[str], object]) -> int:
    """Look at everything and report each finding; 0 when all is well."""
    examinations: Sequence[Callable[[Settings], Awaitable[Sequence[Finding]]]] = (
        _encryption,
        _folder,
        _database,
        _stored_keys,
        _discord,
        _novita,
    )
    ill = 0
    for look in examinations:
        for finding in await look(settings):
            say(f"{finding.mark} {finding.what}: {finding.text}")
            if finding.remedy is not None:
                say(f"    → {finding.remedy}")
                ill += finding.grave
    say("All is well." if not ill else f"{ill} to mend.")
    return 1 if ill else 0


# --- what is ours ---------------------------------------------------------------------------------------------


async def _encryption(settings: Settings) -> Sequence[Finding]:
    keys = settings.encryption_key_list
    try:
        Cipher(keys)
    except BadEncryptionKey as fault:
        return [Finding("encryption", "ENCRYPTION_KEYS cannot be used", str(fault))]
    if len(keys) == 1:
        return [Finding("encryption", "one key")]
    remedy = "Run `python -m bot rotate-keys`; when it says so, only the first needs to stay."
    return [Finding("encryption", f"{len(keys)} keys", remedy, grave=False)]


async def _folder(settings: Settings) -> Sequence[Finding]:
    folder = settings.data_dir

    def write() -> int:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"easel")
        return shutil.disk_usage(folder).free

    try:
        free = await asyncio.to_thread(write)
    except OSError as fault:
        remedy = "Let DATA_DIR name a folder that I can write to, or give it to the user that I run as."
        return [Finding("data folder", f"{folder}: {fault.strerror}", remedy)]
    text = f"{folder} can be written to; {free / (1 << 30):.1f} GiB are free"
    if free < _LITTLE_ROOM:
        remedy = "A training of fifty pictures may need 400 MiB. Make room."
        return [Finding("data folder", text, remedy, grave=False)]
    return [Finding("data folder", text)]


async def _database(settings: Settings) -> Sequence[Finding]:
    try:
        revision, newest = await asyncio.to_thread(standing, settings.database_url)
    except SchemaRefused as fault:
        return [Finding("database", "refused", str(fault))]
    except Exception as fault:  # the driver's own kinds, which only the storage knows
        remedy = (
            "Check DATABASE_URL: the file must be a database, in a folder that I can write to."
            if settings.database_url.startswith("sqlite")
            else "Check DATABASE_URL: the address, the user, the password, and whether the server runs."
        )
        return [Finding("database", f"not usable ({type(fault).__name__})", remedy)]
    if revision is None and (closed := _closed_folder(settings.database_url)) is not None:
        remedy = "Check DATABASE_URL: the file must be in a folder that I can write to."
        return [Finding("database", f"{closed} cannot be written to", remedy)]
    if revision is None:
        return [Finding("database", "not made yet; the start makes it")]
    if revision != newest:
        text = f"usable, of an earlier version ({revision}); the start brings it to {newest}"
        return [Finding("database", text, "Back it up before you start this version.", grave=False)]
    return [Finding("database", "usable, and of this version")]


def _closed_folder(url: str) -> Path | None:
    """The nearest folder on the way to SQLite's file that is there, when nothing can be made in it."""
    if not url.startswith("sqlite"):
        return None
    place = Path(url.partition(":///")[2]).parent
    while not place.exists() and place != place.parent:
        place = place.parent
    return None if place.is_dir() and os.access(place, os.W_OK) else place


async def _stored_keys(settings: Settings) -> Sequence[Finding]:
    try:
        revision, _ = await asyncio.to_thread(standing, settings.database_url)
        if revision is None:
            return [Finding("stored keys", "none yet")]
        async with open_vault(settings) as vault:
            readable, unreadable = await vault.count()
    except Exception as fault:  # likewise
        text = f"not looked at ({type(fault).__name__})"
        return [Finding("stored keys", text, "Mend what is reported above first.", grave=False)]
    if unreadable:
        return [
            Finding(
                "stored keys",
                f"{unreadable} of {readable + unreadable} cannot be read",
                "Add the encryption key that they were sealed with to the end of ENCRYPTION_KEYS.",
            )
        ]
    return [Finding("stored keys", f"{readable}, all readable" if readable else "none yet")]


# --- Discord --------------------------------------------------------------------------------------------------


async def _discord(settings: Settings) -> Sequence[Finding]:
    Route.BASE = settings.discord_api_url  # as the client does; the library holds its address in the class
    client = discord.Client(intents=discord.Intents.none())
    try:
        async with asyncio.timeout(_PATIENCE):
            await client.login(settings.discord_token.get_secret_value())
            application = client.application
            assert application is not None
            shards, address, starts = await client.http.get_bot_gateway()
            await _greeted(settings.discord_gateway_url or address)
    except discord.LoginFailure:
        remedy = "Copy DISCORD_TOKEN anew from the developer portal, page Bot."
        return [Finding("Discord", "the token is refused", remedy)]
    except (KeyError, TypeError, ValueError):
        remedy = "Check DISCORD_API_URL, and whether something in the network answers in Discord's place."
        return [Finding("Discord", "somebody answers, but not as Discord does", remedy)]
    except _TROUBLE as fault:
        remedy = "Check the network and its firewall, DISCORD_API_URL and DISCORD_GATEWAY_URL."
        text = f"not reachable ({_named(fault)}), so the token could not be checked"
        return [Finding("Discord", text, remedy)]
    finally:
        await client.close()
    named = f"{application.name} (application {application.id}), {shards} shard(s)"
    return [
        Finding("Discord", f"token and gateway are good: {named}"),
        _starts(starts),
        Finding("intents", "none is asked for; leave the three privileged ones off"),
        *_portal(application),
        Finding(
            "permissions",
            f"{PERMISSIONS.value} with the scopes {' and '.join(SCOPES)}; add me to a server with "
            + discord.utils.oauth_url(application.id, permissions=PERMISSIONS, scopes=SCOPES),
        ),
    ]


async def _greeted(gateway: str) -> None:
    """Wait for the gateway's first word, and go without starting a session."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(gateway, params={"v": "10", "encoding": "json"}) as line,
    ):
        hello = await line.receive_json()
        if hello.get("op") != _HELLO:
            raise aiohttp.ClientPayloadError("not Discord's gateway")


def _starts(limits: Any) -> Finding:
    text = f"{limits['remaining']} of {limits['total']} left today"
    if limits["remaining"] < _FEW_STARTS:
        return Finding(
            "starts",
            text,
            "Find out why the bot starts so often; at none left, Discord resets the bot's token.",
        )
    return Finding("starts", text)


def _portal(application: discord.AppInfo) -> Sequence[Finding]:
    """What the developer portal's pages may have set so that the bot cannot work, or not everywhere."""
    found = []
    if application.interactions_endpoint_url:
        found.append(
            Finding(
                "interactions",
                "Discord sends commands to a web address instead of here",
                "Clear Interactions Endpoint URL in the developer portal, page General Information.",
            )
        )
    if application.bot_require_code_grant:
        found.append(
            Finding(
                "invitation",
                "nobody can add me to a server",
                "Switch off Requires OAuth2 Code Grant in the developer portal, page Bot.",
            )
        )
    if not application.bot_public:
        remedy = "That may be meant. Else switch on Public Bot in the developer portal, page Bot."
        found.append(Finding("invitation", "only the application's owner can add me", remedy, grave=False))
    if application.user_integration_config is None:
        remedy = (
            "Tick User Install in the developer portal, page Installation, and people can use me anywhere."
        )
        found.append(Finding("installation", "in servers only", remedy, grave=False))
    else:
        link = discord.utils.oauth_url(application.id, scopes=("applications.commands",))
        found.append(
            Finding(
                "installation", f"in servers and for oneself; carry me along with {link}&integration_type=1"
            )
        )
    return found


def _named(fault: BaseException) -> str:
    """The kind of a fault, and Discord's status; its text may hold what was sent."""
    status = getattr(fault, "status", None)
    return type(fault).__name__ if status is None else f"{type(fault).__name__} {status}"


# --- the providers --------------------------------------------------------------------------------------------


async def _novita(settings: Settings) -> Sequence[Finding]:
    """Any answer to a key that cannot be right proves that the service is there."""
    async with open_http(user_agent=USER_AGENT) as http:
        provider = NovitaProvider(http, url=settings.novita_url, patience=_QUICK)
        try:
            async with asyncio.timeout(_PATIENCE):
                await provider.account(ApiKey("sk_easel-doctor-checks-the-way"))
        except KeyRefused:
            pass
        except (ProviderRefusal, TimeoutError) as fault:
            down = isinstance(fault, (ProviderDown, TimeoutError))
            text = "not reachable" if down else "does not answer as it should"
            remedy = "Check NOVITA_URL and the network, and whether Novita has trouble. I start without it."
            return [Finding("Novita", text, remedy, grave=False)]
    return [Finding("Novita", "answers")]
