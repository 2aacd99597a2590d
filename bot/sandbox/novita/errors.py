"""Refusals of the API (JSON, novita-api §1.2 and §12) and of the asset hosts (S3's XML, §2.2).

Raised by the endpoint modules, turned into replies by `server`. The tables of reasons live here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STATUS_OF: Mapping[str, int] = MappingProxyType(
    {
        "INVALID_REQUEST_BODY": 400,
        "IMAGE_FILE_EXCEEDS_MAX_SIZE": 400,
        "INVALID_IMAGE_FORMAT": 400,
        "IMAGE_EXCEEDS_MAX_RESOLUTION": 400,
        "INVALID_IMAGE_SIZE": 400,
        "IMAGE_NO_FACE_DETECTED": 400,
        "INVALID_CUSTOM_OUTPUT_PATH": 400,
        "ILLEGAL_PROMPT": 400,
        "ILLEGAL_IMAGE_CONTENT": 400,
        "INVALID_AUDIO_FILE": 400,
        "BILLING_BALANCE_NOT_ENOUGH": 400,
        "MISSING_API_KEY": 400,
        "INVALID_API_KEY": 403,
        "BILLING_AUTH_FAILED": 403,
        "FEATURE_NOT_ALLOWED": 403,
        "API_NOT_ALLOWED": 403,
        "NEED_REAL_NAME_VERIFY": 403,
        "API_NOT_FOUND": 404,
        "TASK_NOT_FOUND": 404,
        "RATE_LIMIT_EXCEEDED": 429,
        "BILLING_FAILED": 500,
        "CREATE_TASK_FAILED": 500,
        "GET_RESULT_FAILED": 500,
        "TASK_FAILED": 500,
    }
)
"""HTTP status of every documented reason (novita-api §12)."""


class Refused(Exception):
    """The API says no: a documented reason, its HTTP status and a sentence."""

    def __init__(
        self, reason: str, message: str = "", *, status: int | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message
        self.status = STATUS_OF[reason] if status is None else status
        self.retry_after = retry_after


def invalid(message: str) -> Refused:
    """400 INVALID_REQUEST_BODY, with what is wrong."""
    return Refused("INVALID_REQUEST_BODY", message)


class StorageRefused(Exception):
    """An asset host says no, as S3 does: a status, a code and a sentence, sent as XML."""

    def __init__(
        self, status: int, code: str, message: str, *, details: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
