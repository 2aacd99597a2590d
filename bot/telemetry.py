"""What an operator sees: log lines with fields, from which every secret is taken out, and how often what happened."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal

_FIELDS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
_GONE: Final = "[redacted]"
_SECRETS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)\b(bearer|bot)\s+[\w\-.~+/=]{8,}",
        r"\bsk_[\w\-]{6,}",
        r"(?i)(x-amz-(?:signature|credential|security-token)|(?<![a-z])hm|key|api_?key|token|authorization)=[^&\s\"']+",
        r"/(webhooks|interactions)/(\d+)/[\w\-.~%]{8,}",
        r"\b(\w[\w+.-]*://[^\s/:@]*):[^\s/@]+(?=@)",
        r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}\b",
        r"(?i)([\"']?(?:authorization|api[-_]?key|token)[\"']?\s*[:=]\s*[\"']?)[^\s\"',}]{8,}",
    )
)


class Redaction(logging.Filter):
    """Takes out of every record what looks like a secret, and the very secrets of this process."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__()
        self._known = sorted({secret for secret in known if len(secret) >= 8}, key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self.clean(_message(record))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self.clean(record.stack_info)
        for name, value in list(record.__dict__.items()):
            if name not in _FIELDS and not isinstance(value, (int, float, bool, type(None))):
                record.__dict__[name] = self.clean(str(value))
        return True

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            text = text.replace(secret, _GONE)
        for pattern in _SECRETS:
            text = pattern.sub(_kept, text)
        return text


def _message(record: logging.LogRecord) -> str:
    """The message, also of a call whose arguments do not fit it: an exception here would end the caller."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


def _kept(match: re.Match[str]) -> str:
    """What may stay of a match: the word that says what stood there."""
    whole = match[0]
    if whole.startswith("/"):
        return f"/{match[1]}/{match[2]}/{_GONE}"
    if not match.re.groups:
        return _GONE
    head = match[1]
    following = whole[len(head) : len(head) + 1]
    separator = "" if head[-1:] in "\"' :=" else following if following in ("=", ":") else " "
    return f"{head}{separator}{_GONE}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_text:
            line["error"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=str)


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%H:%M:%S", time.localtime(record.created))
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        line = f"{when} {record.levelname:<7} {record.name}: {record.getMessage()}"
        return "\n".join(part for part in (f"{line}  {fields}".rstrip(), record.exc_text) if part)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _FIELDS}


class Tally(logging.Handler):
    """Counts events as they are logged, so that who acts and who shows figures need not know each other.

    `deliveries` by way, or "undeliverable"; `refusals` by code and by what was refused, "person" or "job" (a step of
    one, each time it is tried); `troubles` by level, from WARNING.
    """

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: Counter[str] = Counter()
        self.refusals: Counter[tuple[str, ...]] = Counter()
        self.troubles: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        fields = record.__dict__
        match record.msg:
            case "delivered":
                self.deliveries[str(fields.get("way"))] += 1
            case "undeliverable":
                self.deliveries["undeliverable"] += 1
            case "refused":
                self.refusals[str(fields.get("refusal")), "job" if "job" in fields else "person"] += 1
        if record.levelno >= logging.WARNING:
            self.troubles[record.levelname.lower()] += 1


TALLY: Final = Tally()
"""This process's."""


def set_up(*, level: str, style: Literal["console", "json"], secrets: Iterable[str]) -> None:
    """Log to standard error, once for the whole process; what is too quiet for the log is still counted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redaction(secrets))
    handler.setFormatter(_Json() if style == "json" else _Console())
    handler.setLevel(level)
    root = logging.getLogger()
    root.handlers = [TALLY, handler]
    # Others say at lower levels what they were given: sealed keys, prompts, addresses with signatures.
    root.setLevel(max(logging.WARNING, handler.level))
    for ours in ("bot", "cogs"):
        logging.getLogger(ours).setLevel(min(logging.INFO, handler.level))
    for idle in ("discord.client", "discord.state"):  # warn of intents and voice libraries that we do without
        logging.getLogger(idle).setLevel(logging.ERROR)
