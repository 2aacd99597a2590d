"""The doctor: looks at everything that a start needs, says what is wrong and what to do about it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp
import discord
from discord.http import Route

from bot.app import USER_AGENT, open_vault
from bot.domain.errors import KeyRefused, ProviderRefusal
from bot.domain.keys import ApiKey
from bot.providers.http import open_http
from bot.providers.novita import NovitaProvider
from bot.services.cipher import BadEncryptionKey, Cipher
from bot.settings import Settings
from bot.storage.migrate import SchemaRefused, upgrade

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""What the bot asks for when it is added to a server. Reading the history finds a result that a crash left unnoted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `remedy` only where something is wrong."""

    what: str
    text: str
    remedy: str | None = None


async def examine(settings: Settings, say: Callable[[str], object]) -> int:
    """Look at everything and report each finding; 0 when all is well."""
    examinations: list[Callable[[Settings], Awaitable[Finding]]] = [
        _encryption,
        _folder,
        _database,
        _stored_keys,
        _discord,
        _novita,
    ]
    ill = 0
    for look in examinations:
        finding = await look(settings)
        say(f"{'✓' if finding.remedy is None else '✗'} {finding.what}: {finding.text}")
        if finding.remedy is not None:
            ill += 1
            say(f"    → {finding.remedy}")
    say("All is well." if not ill else f"{ill} to mend.")
    return 1 if ill else 0


async def _encryption(settings: Settings) -> Finding:
    try:
        Cipher(settings.encryption_key_list)
    except BadEncryptionKey as fault:
        return Finding("encryption", "ENCRYPTION_KEYS cannot be used", str(fault))
    return Finding("encryption", f"{len(settings.encryption_key_list)} key(s)")


async def _folder(settings: Settings) -> Finding:
    def write() -> None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir) as file:
            file.write(b"easel")

    try:
        await asyncio.to_thread(write)
    except OSError as fault:
        return Finding(
            "data folder",
            f"{settings.data_dir}: {fault.strerror}",
            "Let DATA_DIR name a folder I can write to.",
        )
    return Finding("data folder", f"{settings.data_dir} can be written to")


async def _database(settings: Settings) -> Finding:
    try:
        await asyncio.to_thread(upgrade, settings.database_url)
    except SchemaRefused as fault:
        return Finding("database", "refused", str(fault))
    except Exception as fault:
        return Finding("database", f"not reachable ({type(fault).__name__})", "Check DATABASE_URL.")
    return Finding("database", "reachable, and of this version")


async def _stored_keys(settings: Settings) -> Finding:
    try:
        async with open_vault(settings) as vault:
            readable, unreadable = await vault.count()
    except Exception as fault:
        return Finding(
            "stored keys", f"not looked at ({type(fault).__name__})", "Mend what is reported above first."
        )
    if unreadable:
        return Finding(
            "stored keys",
            f"{unreadable} of {readable + unreadable} cannot be read",
            "Add the encryption key that they were sealed with to the end of ENCRYPTION_KEYS.",
        )
    return Finding("stored keys", f"{readable}, all readable")


async def _discord(settings: Settings) -> Finding:
    Route.BASE = settings.discord_api_url
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(settings.discord_token.get_secret_value())
        info = await client.application_info()
        shards, _, limits = await client.http.get_bot_gateway()
    except discord.LoginFailure:
        return Finding(
            "Discord", "the token is refused", "Copy DISCORD_TOKEN anew from the developer portal, page Bot."
        )
    except (aiohttp.ClientError, OSError, discord.HTTPException, discord.GatewayNotFound) as fault:
        return Finding(
            "Discord", f"not reachable ({type(fault).__name__})", "Check DISCORD_API_URL and the network."
        )
    finally:
        await client.close()
    if limits["remaining"] < 20:
        return Finding(
            "Discord",
            f"only {limits['remaining']} starts left today",
            "Find out why the bot restarts so often.",
        )
    address = discord.utils.oauth_url(
        info.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
    return Finding("Discord", f"{info.name}, {shards} shard(s); add it to a server with {address}")


async def _novita(settings: Settings) -> Finding:
    """Any answer to a key that cannot be right proves that the service is there."""
    async with open_http(user_agent=USER_AGENT) as http:
        try:
            await NovitaProvider(http, url=settings.novita_url).account(
                ApiKey("sk_easel-doctor-checks-the-way")
            )
        except KeyRefused:
            return Finding("Novita", "answers")
        except ProviderRefusal as refusal:
            return Finding(
                "Novita",
                f"does not answer as it should ({refusal.code})",
                "Check NOVITA_URL and the network.",
            )
    return Finding("Novita", "answers")
