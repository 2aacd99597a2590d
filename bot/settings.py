"""Every knob on one page, from the environment, `.env` or `/run/secrets`. Nothing dangerous has a default."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS: Final = Path("/run/secrets")
DATA: Final = Path("data")


class BadSettings(Exception):
    """The settings cannot be used; the message names each variable, says what is wrong, and shows no value."""


def _beside_the_data(validated: dict[str, Any]) -> str:
    return f"sqlite+aiosqlite:///{validated.get('data_dir', DATA)}/easel.db"


class Settings(BaseSettings):
    """The environment's variables, by the field's name in capitals. Empty means unset."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    discord_token: SecretStr = Field(description="The bot's token, from the developer portal's page Bot")
    encryption_keys: SecretStr = Field(
        description="32 random bytes in base64 or hexadecimal (`openssl rand -base64 32`); several with commas, "
        "the newest first"
    )
    data_dir: Path = Field(
        DATA,
        description="Folder for pictures under way and finished results; several processes must share it",
    )
    database_url: str = Field(
        default_factory=_beside_the_data,
        description="SQLAlchemy's address of the database: `sqlite+aiosqlite:///…` or `postgresql+psycopg://…`; "
        "unset, `easel.db` in `DATA_DIR`",
    )
    discord_api_url: str = Field("https://discord.com/api/v10", description="Discord's REST API")
    discord_gateway_url: str | None = Field(None, description="Discord's gateway; unset, asked from Discord")
    discord_cdn_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        ("cdn.discordapp.com", "media.discordapp.net"),
        description="Hosts that pictures may be fetched from, `host` or `host:port`, with commas",
    )
    novita_url: str = Field("https://api.novita.ai", description="Novita's API")
    modelslab_url: str = Field("https://modelslab.com", description="ModelsLab's API; not used yet")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged")
    log_format: Literal["console", "json"] = Field(
        "console", description="`console` for people, `json` for machines"
    )
    http_host: str = Field("127.0.0.1", description="Where `/health`, `/ready` and `/metrics` are served")
    http_port: int = Field(8080, ge=0, le=65535, description="Their port; 0 serves none")
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = Field(
        None, description="The shards of this process, with commas; unset, all"
    )
    shard_count: int | None = Field(
        None, ge=1, description="How many shards there are in all; unset, Discord's advice"
    )

    @field_validator("discord_cdn_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() for part in parts):
            raise ValueError("must be numbers from 0, with commas, such as 0,1")
        return tuple(int(part) for part in parts)

    @field_validator("discord_api_url", "novita_url", "modelslab_url")
    @classmethod
    def _secure(cls, value: str) -> str:
        """Keys and tokens go there, so plain http is for this machine only."""
        parts = urlsplit(value)
        if parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or "")):
            return value.rstrip("/")
        raise ValueError("must begin with https:// (http:// only for this machine itself)")

    @field_validator("discord_gateway_url")
    @classmethod
    def _secure_gateway(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if (
            value is None
            or parts.scheme == "wss"
            or (parts.scheme == "ws" and _loopback(parts.hostname or ""))
        ):
            return value
        raise ValueError("must begin with wss:// (ws:// only for this machine itself)")

    @field_validator("discord_cdn_hosts")
    @classmethod
    def _some_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or any("/" in host for host in value):
            raise ValueError("must name hosts, such as cdn.discordapp.com or localhost:8000, with commas")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+psycopg://")
        if value.partition("?")[0] in ("sqlite+aiosqlite:///", "sqlite+aiosqlite:///:memory:"):
            raise ValueError("must name a file: what is only in memory is lost with the process")
        return value

    @model_validator(mode="after")
    def _shards(self) -> Self:
        if self.shard_ids is not None and self.shard_count is None:
            raise ValueError("SHARD_IDS needs SHARD_COUNT: say how many shards there are in all")
        if self.shard_ids is not None and max(self.shard_ids, default=0) >= (self.shard_count or 1):
            raise ValueError("SHARD_IDS must be below SHARD_COUNT: the first shard is 0")
        return self

    @property
    def encryption_key_list(self) -> list[str]:
        """The encryption keys one by one, newest first."""
        return [key.strip() for key in self.encryption_keys.get_secret_value().split(",") if key.strip()]


def load() -> Settings:
    """The settings of this process. Errors: `BadSettings`."""
    try:
        return Settings()  # type: ignore[call-arg]  # the environment fills it
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_url=False, include_input=False):
            if (
                fault["type"] == "default_factory_not_called"
            ):  # what it is made from is bad, and said to be so
                continue
            name = "_".join(str(part) for part in fault["loc"]).upper()
            what = "is not set" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
            lines.append(f"{name} {what}".strip())
        unset = any(line.endswith("is not set") for line in lines)
        help_ = " Copy .env.example to .env and fill it in." if unset else " See .env.example."
        raise BadSettings("; ".join(lines) + "." + help_) from None


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
