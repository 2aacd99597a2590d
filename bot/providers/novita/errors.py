"""What Novita's refusals mean: the table of reasons of novita-api §12, and the order in which an answer is asked.

First the symbolic `reason`, then the old numeric codes, then the message's words, then the status (§14.34, §14.35).
Never here: whether something is tried again or was ordered; `bot.providers.http` decides that.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import (
    BalanceEmpty,
    EndpointGone,
    FrontRefused,
    KeyRefused,
    NotAllowed,
    PictureRefusedByProvider,
    PromptRefused,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    RequestRefused,
    TaskFailed,
    TaskLost,
)
from bot.domain.models import ProviderName
from bot.providers.answers import NOT_JSON, Answer

NAME: Final = ProviderName.NOVITA.value
DETAIL_LENGTH: Final = 200

REASONS: Final[dict[str, type[ProviderRefusal]]] = {
    "INVALID_REQUEST_BODY": RequestRefused,
    "INVALID_IMAGE_SIZE": RequestRefused,
    "INVALID_CUSTOM_OUTPUT_PATH": RequestRefused,
    "INVALID_AUDIO_FILE": RequestRefused,
    "MODEL_NOT_FOUND": RequestRefused,
    "IMAGE_FILE_EXCEEDS_MAX_SIZE": PictureRefusedByProvider,
    "INVALID_IMAGE_FORMAT": PictureRefusedByProvider,
    "IMAGE_EXCEEDS_MAX_RESOLUTION": PictureRefusedByProvider,
    "IMAGE_NO_FACE_DETECTED": PictureRefusedByProvider,
    "ILLEGAL_IMAGE_CONTENT": PictureRefusedByProvider,
    "ILLEGAL_PROMPT": PromptRefused,
    "BILLING_BALANCE_NOT_ENOUGH": BalanceEmpty,
    "NOT_ENOUGH_BALANCE": BalanceEmpty,
    "MISSING_API_KEY": KeyRefused,
    "INVALID_API_KEY": KeyRefused,
    "FAILED_TO_AUTH": KeyRefused,
    "ANONYMOUS_ACCESS_QUOTA_EXCEEDS": KeyRefused,
    "BILLING_AUTH_FAILED": NotAllowed,
    "FEATURE_NOT_ALLOWED": NotAllowed,
    "API_NOT_ALLOWED": NotAllowed,
    "NEED_REAL_NAME_VERIFY": NotAllowed,
    "ACCESS_DENY": NotAllowed,
    "API_NOT_FOUND": EndpointGone,
    "TASK_NOT_FOUND": TaskLost,
    "RATE_LIMIT_EXCEEDED": RateLimited,
    "TOKEN_LIMIT_EXCEEDED": RateLimited,
    "LIST_BILL_TOO_FAST": RateLimited,
    "BILLING_FAILED": ProviderDown,
    "CREATE_TASK_FAILED": ProviderDown,
    "GET_RESULT_FAILED": ProviderDown,
    "SERVICE_NOT_AVAILABLE": ProviderDown,
    "TASK_FAILED": TaskFailed,
}
"""Image, LLM and billing groups of novita-api §12."""

LEGACY: Final[dict[int, type[ProviderRefusal]]] = {
    -1: ProviderDown,
    1: RequestRefused,
    2: RequestRefused,
    3: TaskLost,
    4: KeyRefused,
    5: ProviderDown,
    6: RequestRefused,
    7: BalanceEmpty,
    8: RequestRefused,
    9: ProviderDown,
    10: RequestRefused,
    100: ProviderNonsense,
}
"""The numeric codes of wrapped answers (novita-api §1.1); 100 is "unknown"."""

WORDS: Final[tuple[tuple[re.Pattern[str], type[ProviderRefusal]], ...]] = (
    (re.compile(r"\b(rate.?limit\w*|too many requests)\b", re.IGNORECASE), RateLimited),
    (re.compile(r"\b(balance|credits?)\b", re.IGNORECASE), BalanceEmpty),
    (re.compile(r"\b(api.?key|unauthori[sz]ed|unauthenticated)\b", re.IGNORECASE), KeyRefused),
    (re.compile(r"\btask\b.{0,40}\bnot found\b", re.IGNORECASE), TaskLost),
)
"""For answers below 500 without a known reason."""

STATUSES: Final[dict[int, type[ProviderRefusal]]] = {
    401: KeyRefused,
    402: BalanceEmpty,
    403: NotAllowed,
    404: EndpointGone,
    408: ProviderDown,
    425: ProviderDown,
    429: RateLimited,
    499: ProviderDown,
}

_FRONT: Final = re.compile(r"^\s*error code: (1\d{3})\s*$", re.IGNORECASE)
_FRONT_BUSY: Final = "1015"
_REASON: Final = re.compile(r"[A-Z][A-Z0-9_]{2,63}")


@dataclass(frozen=True, slots=True)
class _Said:
    """What an error body says, whichever of its forms it has (novita-api §1.2)."""

    code: int | None
    reason: str
    message: str


def explain(answer: Answer, secret: str) -> ProviderRefusal | None:
    """What an answer refuses, or None when it is a success by its status and does not deny it.

    Also a 2xx is a refusal when it carries a known `reason`, or a numeric `code` that is neither 0 nor 2xx (§1.1).
    """
    said = _said(answer)
    status = answer.status
    if answer.ok:
        if said.code is None or said.code == 0 or 200 <= said.code <= 299:
            if said.reason not in REASONS:
                return None
        elif not said.reason and not said.message:
            return None
        status = said.code if said.code is not None and 300 <= said.code <= 599 else 0
    kind = _kind(answer, said=said, status=status)
    return _refusal(kind, answer=answer, said=said, secret=secret)


def clean(text: str, *, secret: str = "") -> str:
    """A provider's words for people: one short line without keys, signed queries and invisible characters."""
    if secret:
        text = re.sub(re.escape(secret), "…", text, flags=re.IGNORECASE)
    text = text[:4096]
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    text = re.sub(r"(\w+://[^\s?#]*)[?#]\S*", r"\1", text)
    text = re.sub(r"\bx-amz-[\w-]+\s*[=:]\s*\S+", "…", text, flags=re.IGNORECASE)
    text = re.sub(r"\bbearer\s+\S+", "…", text, flags=re.IGNORECASE)
    text = re.sub(r"\bsk[-_][\w-]{6,}|\b[0-9a-f]{32,}\b", "…", text, flags=re.IGNORECASE)
    text = " ".join(text.split())
    return text if len(text) <= DETAIL_LENGTH else f"{text[: DETAIL_LENGTH - 1].rstrip()}…"


def _said(answer: Answer) -> _Said:
    document = answer.document
    if document is NOT_JSON and not answer.ok and not (text := answer.text().strip()).startswith("<"):
        return _Said(code=None, reason="", message=text)
    if not isinstance(document, dict):
        return _Said(code=None, reason="", message="")
    inner = document.get("error")
    body = {**document, **inner} if isinstance(inner, dict) else document
    code = body.get("code")
    symbolic = [v.strip().upper() for v in (body.get("reason"), code) if isinstance(v, str)]
    reason = next((v for v in symbolic if _REASON.fullmatch(v)), "")
    words = (body.get("message"), body.get("msg"), inner, body.get("detail"), body.get("reason"))
    message = next((w for w in words if isinstance(w, str) and w.strip()), "")
    return _Said(code=_whole(code), reason=reason, message=message)


def _whole(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,6}", value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kind(answer: Answer, *, said: _Said, status: int) -> type[ProviderRefusal]:
    if answer.document is NOT_JSON and (front := _FRONT.match(answer.text())):
        return RateLimited if front[1] == _FRONT_BUSY else FrontRefused
    if said.reason in REASONS:
        return REASONS[said.reason]
    if said.code in LEGACY:
        return LEGACY[said.code]
    if status >= 500:
        return ProviderDown
    if status < 400:
        return ProviderNonsense
    for pattern, kind in WORDS:
        if pattern.search(said.message):
            return kind
    if status == 403 and answer.document is NOT_JSON:
        return FrontRefused
    return STATUSES.get(status, RequestRefused)


def _refusal(kind: type[ProviderRefusal], *, answer: Answer, said: _Said, secret: str) -> ProviderRefusal:
    detail = clean(said.message or said.reason, secret=secret)
    if kind is RateLimited:
        return RateLimited(provider=NAME, retry_after=answer.retry_after)
    if kind is RequestRefused:
        return RequestRefused(provider=NAME, detail=detail)
    if kind is TaskFailed:
        return TaskFailed(provider=NAME, reason=clean(said.message, secret=secret))
    if kind is PictureRefusedByProvider:
        return PictureRefusedByProvider(provider=NAME, reason=said.reason)
    if kind is NotAllowed:
        return NotAllowed(provider=NAME, reason=clean(said.reason, secret=secret))
    return kind(provider=NAME)
