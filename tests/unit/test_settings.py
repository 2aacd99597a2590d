"""Every setting: what it takes, what it refuses, and how it says so without showing a value."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain import jobs
from bot.settings import BadSettings, Settings, load

README = Path(__file__).parents[2] / "README.md"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"
REMEDY = " See .env.example."
UNSET_REMEDY = " Copy .env.example to .env and fill it in."
REQUIRED = {"DISCORD_TOKEN": TOKEN, "ENCRYPTION_KEYS": "newest-key, older-key,"}


@pytest.fixture(autouse=True)
def _nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def loaded(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in {**REQUIRED, **values}.items():
        monkeypatch.setenv(name, value)
    return load()


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(BadSettings) as caught:
        loaded(monkeypatch, **values)
    return str(caught.value)


def test_two_settings_are_enough_and_the_rest_has_safe_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch)
    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.encryption_key_list == ["newest-key", "older-key"]
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert settings.discord_cdn_hosts == ("cdn.discordapp.com", "media.discordapp.net")
    assert settings.http_host == "127.0.0.1"
    assert settings.database_url == f"sqlite+aiosqlite:///{settings.data_dir}/easel.db"
    assert (settings.shard_ids, settings.shard_count, settings.discord_gateway_url) == (None, None, None)


def test_without_any_setting_both_required_ones_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, DISCORD_TOKEN="", ENCRYPTION_KEYS="")
    assert said == f"DISCORD_TOKEN is not set; ENCRYPTION_KEYS is not set.{UNSET_REMEDY}"


@pytest.mark.parametrize(
    ("name", "value", "field", "taken"),
    [
        ("DATA_DIR", "/var/lib/easel", "data_dir", Path("/var/lib/easel")),
        ("DATABASE_URL", "sqlite+aiosqlite:////x/easel.db", "database_url", "sqlite+aiosqlite:////x/easel.db"),
        ("DATABASE_URL", "postgresql+psycopg://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d"),
        ("DISCORD_API_URL", "http://127.0.0.1:8000/api/v10/", "discord_api_url", "http://127.0.0.1:8000/api/v10"),
        ("DISCORD_GATEWAY_URL", "ws://localhost:9000", "discord_gateway_url", "ws://localhost:9000"),
        ("DISCORD_GATEWAY_URL", "wss://gateway.discord.gg", "discord_gateway_url", "wss://gateway.discord.gg"),
        ("DISCORD_GATEWAY_URL", "", "discord_gateway_url", None),
        ("DISCORD_CDN_HOSTS", " 127.0.0.1:1 ,a.example,", "discord_cdn_hosts", ("127.0.0.1:1", "a.example")),
        ("NOVITA_URL", "http://[::1]:8002", "novita_url", "http://[::1]:8002"),
        ("NOVITA_URL", "https://api.novita.ai/", "novita_url", "https://api.novita.ai"),
        ("MODELSLAB_URL", "https://modelslab.example", "modelslab_url", "https://modelslab.example"),
        ("LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
        ("LOG_FORMAT", "json", "log_format", "json"),
        ("HTTP_HOST", "0.0.0.0", "http_host", "0.0.0.0"),
        ("HTTP_PORT", "0", "http_port", 0),
        ("SHARD_COUNT", "4", "shard_count", 4),
        ("SHARD_IDS", "", "shard_ids", None),
    ],
)  # fmt: skip
def test_a_good_value_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, taken: Any
) -> None:
    assert getattr(loaded(monkeypatch, **{name: value}), field) == taken


def test_shards_are_numbers_below_their_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, SHARD_IDS="0, 3,", SHARD_COUNT="4").shard_ids == (0, 3)


HTTPS = "must begin with https:// (http:// only for this machine itself)"
FILE = "must name a file: what is only in memory is lost with the process"
HOSTS = "must name hosts, such as cdn.discordapp.com or localhost:8000, with commas"
WSS = "must begin with wss:// (ws:// only for this machine itself)"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"DATABASE_URL": "mysql://hunter2@h/d"}, "DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+psycopg://"),
        ({"DATABASE_URL": "sqlite:///hunter2.db"}, "DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+psycopg://"),
        ({"DATABASE_URL": "sqlite+aiosqlite:///:memory:"}, f"DATABASE_URL {FILE}"),
        ({"DATABASE_URL": "sqlite+aiosqlite:///"}, f"DATABASE_URL {FILE}"),
        ({"DISCORD_API_URL": "http://hunter2.example/api/v10"}, f"DISCORD_API_URL {HTTPS}"),
        ({"DISCORD_API_URL": "discord.com"}, f"DISCORD_API_URL {HTTPS}"),
        ({"DISCORD_GATEWAY_URL": "ws://hunter2.example"}, f"DISCORD_GATEWAY_URL {WSS}"),
        ({"DISCORD_GATEWAY_URL": "https://gateway.discord.gg"}, f"DISCORD_GATEWAY_URL {WSS}"),
        ({"NOVITA_URL": "http://10.0.0.1"}, f"NOVITA_URL {HTTPS}"),
        ({"NOVITA_URL": "http://localhost.hunter2.example"}, f"NOVITA_URL {HTTPS}"),
        ({"MODELSLAB_URL": "ftp://hunter2"}, f"MODELSLAB_URL {HTTPS}"),
        ({"DISCORD_CDN_HOSTS": " , "}, f"DISCORD_CDN_HOSTS {HOSTS}"),
        ({"DISCORD_CDN_HOSTS": "https://cdn.discordapp.com/"}, f"DISCORD_CDN_HOSTS {HOSTS}"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT Input should be 'console' or 'json'"),
        ({"HTTP_PORT": "65536"}, "HTTP_PORT Input should be less than or equal to 65535"),
        ({"HTTP_PORT": "http"}, "HTTP_PORT Input should be a valid integer, unable to parse string as an integer"),
        ({"SHARD_COUNT": "0"}, "SHARD_COUNT Input should be greater than or equal to 1"),
        ({"SHARD_IDS": "0,hunter2", "SHARD_COUNT": "4"}, "SHARD_IDS must be numbers from 0, with commas, such as 0,1"),
        ({"SHARD_IDS": "-1", "SHARD_COUNT": "4"}, "SHARD_IDS must be numbers from 0, with commas, such as 0,1"),
        ({"SHARD_IDS": "0"}, "SHARD_IDS needs SHARD_COUNT: say how many shards there are in all"),
        ({"SHARD_IDS": "4", "SHARD_COUNT": "4"}, "SHARD_IDS must be below SHARD_COUNT: the first shard is 0"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_by_name_with_what_would_work(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], sentence: str
) -> None:
    said = refused(monkeypatch, **values)
    assert said == f"{sentence}.{REMEDY}"
    assert "hunter2" not in said


def test_no_secret_is_in_what_a_bad_page_says_or_in_the_page_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, HTTP_PORT="no", LOG_LEVEL="no")
    settings = loaded(monkeypatch, HTTP_PORT="1", LOG_LEVEL="INFO")
    for text in (said, repr(settings), str(settings)):
        assert TOKEN not in text
        assert "newest-key" not in text
    with pytest.raises(BadSettings) as caught:
        loaded(monkeypatch, SHARD_IDS="0")
    assert caught.value.__cause__ is None


def test_a_dot_env_file_is_read_and_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{name}={value}" for name, value in REQUIRED.items()]
    Path(".env").write_text("\n".join([*lines, "LOG_LEVEL=ERROR", "HTTP_PORT=9", "UNKNOWN=1"]))
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    settings = load()
    assert (settings.log_level, settings.http_port) == ("DEBUG", 9)


def test_a_secret_may_be_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in REQUIRED.items():
        (tmp_path / name.lower()).write_text(f"{value}\n")
    monkeypatch.setitem(Settings.model_config, "secrets_dir", tmp_path)
    assert load().discord_token.get_secret_value() == TOKEN


def test_a_setting_cannot_be_changed_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch)
    with pytest.raises(ValueError, match="frozen"):
        settings.log_level = "DEBUG"


# --- the README -----------------------------------------------------------------------------------------------


def readme() -> str:
    if not README.exists():
        pytest.skip("there is no README yet")
    return README.read_text()


def test_the_readmes_table_has_every_setting_with_its_default_and_its_words() -> None:
    def default(field: Any) -> str:
        if field.is_required():
            return "**required**"
        if field.default_factory is not None:
            return ""
        value = ",".join(field.default) if isinstance(field.default, tuple) else field.default
        return "" if value is None else f"`{value}`"

    table = re.findall(r"^\| `([A-Z_]+)` \| *(.*?) *\| (.*) \|$", readme(), re.MULTILINE)
    assert table == [
        (name.upper(), default(field), field.description) for name, field in Settings.model_fields.items()
    ]


def test_the_readme_draws_a_jobs_life_as_the_code_does() -> None:
    def drawing(text: str) -> list[str]:
        lines = text.splitlines()
        first = next(number for number, line in enumerate(lines) if "gathering ─▶" in line)
        return inspect.cleandoc("\n".join(lines[first : first + 4])).splitlines()

    drawn = drawing(readme())
    assert drawn == drawing(jobs.__doc__ or "")
    assert len(drawn) == 4
