"""The table of Novita's reasons, and every form an error body may take (novita-api §1.1, §1.2, §12, §14)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from bot.providers.answers import Answer, document_of
from bot.providers.novita.errors import DETAIL_LENGTH, REASONS, clean, explain
from tests.unit.providers.jsons import anything

SECRET = "sk_live_0123456789abcdef"


def answer(status: int, body: object, *, retry_after: float | None = None) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, body=raw, retry_after=retry_after, document=document_of(raw))


def said(status: int, body: object) -> ProviderRefusal | None:
    return explain(answer(status, body), SECRET)


@pytest.mark.parametrize(
    ("reason", "status", "kind"),
    [
        ("INVALID_REQUEST_BODY", 400, RequestRefused),
        ("IMAGE_FILE_EXCEEDS_MAX_SIZE", 400, PictureRefusedByProvider),
        ("INVALID_IMAGE_FORMAT", 400, PictureRefusedByProvider),
        ("IMAGE_EXCEEDS_MAX_RESOLUTION", 400, PictureRefusedByProvider),
        ("INVALID_IMAGE_SIZE", 400, RequestRefused),
        ("IMAGE_NO_FACE_DETECTED", 400, PictureRefusedByProvider),
        ("INVALID_CUSTOM_OUTPUT_PATH", 400, RequestRefused),
        ("ILLEGAL_PROMPT", 400, PromptRefused),
        ("ILLEGAL_IMAGE_CONTENT", 400, PictureRefusedByProvider),
        ("INVALID_AUDIO_FILE", 400, RequestRefused),
        ("BILLING_BALANCE_NOT_ENOUGH", 400, BalanceEmpty),
        ("BILLING_BALANCE_NOT_ENOUGH", 403, BalanceEmpty),
        ("MISSING_API_KEY", 400, KeyRefused),
        ("INVALID_API_KEY", 403, KeyRefused),
        ("INVALID_API_KEY", 401, KeyRefused),
        ("BILLING_AUTH_FAILED", 403, NotAllowed),
        ("FEATURE_NOT_ALLOWED", 403, NotAllowed),
        ("API_NOT_ALLOWED", 403, NotAllowed),
        ("NEED_REAL_NAME_VERIFY", 403, NotAllowed),
        ("API_NOT_FOUND", 404, EndpointGone),
        ("TASK_NOT_FOUND", 404, TaskLost),
        ("RATE_LIMIT_EXCEEDED", 429, RateLimited),
        ("BILLING_FAILED", 500, ProviderDown),
        ("CREATE_TASK_FAILED", 500, ProviderDown),
        ("GET_RESULT_FAILED", 500, ProviderDown),
        ("TASK_FAILED", 500, TaskFailed),
        ("ANONYMOUS_ACCESS_QUOTA_EXCEEDS", 403, KeyRefused),
        ("NOT_ENOUGH_BALANCE", 403, BalanceEmpty),
        ("SERVICE_NOT_AVAILABLE", 503, ProviderDown),
    ],
)
def test_a_reason_decides_in_every_form_of_body(
    reason: str, status: int, kind: type[ProviderRefusal]
) -> None:
    body = {"code": status, "reason": reason, "message": "something about credit", "metadata": {}}
    for form in (
        body,
        {"reason": reason},
        {"reason": reason.lower(), "msg": None},
        {"error": body},
        {"error": {"code": reason, "message": "x"}},
        {"code": reason},
        {**body, "code": str(status), "extra": [1]},
    ):
        assert type(said(status, form)) is kind, form
    assert type(said(200, body)) is kind, "an error body under a 200"


def test_the_table_holds_every_reason_of_the_image_group() -> None:
    assert len(REASONS) >= 25
    assert REASONS["ILLEGAL_PROMPT"] is PromptRefused


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"message": "account balance is not enough"}, BalanceEmpty),
        (403, {"msg": "Insufficient credits."}, BalanceEmpty),
        (400, {"detail": "Not enough credit left"}, BalanceEmpty),
        (400, {"message": "the accreditation failed"}, RequestRefused),
        (403, {"message": "invalid api-key"}, KeyRefused),
        (400, {"error": "Unauthorized"}, KeyRefused),
        (404, {"message": "task 5b0f not found"}, TaskLost),
        (400, {"message": "Too many requests"}, RateLimited),
        (400, {"reason": "SOMETHING_NEW", "message": "your balance"}, BalanceEmpty),
        (500, {"message": "could not read the balance"}, ProviderDown),
        (403, b"not enough credits", BalanceEmpty),
        (403, b"<html>not enough credits</html>", FrontRefused),
        (500, b"balance", ProviderDown),
    ],
)
def test_without_a_known_reason_the_words_decide_below_500(
    status: int, body: object, kind: type[ProviderRefusal]
) -> None:
    assert type(said(status, body)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ProviderNonsense),
        (307, ProviderNonsense),
        (400, RequestRefused),
        (401, KeyRefused),
        (402, BalanceEmpty),
        (404, EndpointGone),
        (408, ProviderDown),
        (409, RequestRefused),
        (413, RequestRefused),
        (422, RequestRefused),
        (429, RateLimited),
        (499, ProviderDown),
        (500, ProviderDown),
        (502, ProviderDown),
        (503, ProviderDown),
        (504, ProviderDown),
        (524, ProviderDown),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"error": {}},
        {"error": None, "message": "", "reason": 7},
        {"detail": [{"loc": ["body"]}]},
        [],
        None,
        3,
        b"",
        b"oops",
        b"<html><body>Bad Gateway</body></html>",
        b'{"code": 4',
        b"\xff\xfe\x00",
    ],
)
def test_at_last_the_status_decides_whatever_the_body_is(
    status: int, body: object, kind: type[ProviderRefusal]
) -> None:
    assert type(said(status, body)) is kind


def test_a_403_without_words_is_the_accounts_in_json_and_the_fronts_otherwise() -> None:
    assert isinstance(said(403, {}), NotAllowed)
    assert isinstance(said(403, {"reason": "WHATEVER_NEW"}), NotAllowed)
    assert isinstance(said(403, b"<html>Attention Required</html>"), FrontRefused)


@pytest.mark.parametrize("number", [1009, 1010, 1020])
def test_the_networks_front_is_not_a_bad_key(number: int) -> None:
    assert isinstance(said(403, f"error code: {number}\n".encode()), FrontRefused)


def test_the_fronts_own_rate_limit_is_a_rate_limit() -> None:
    refusal = explain(answer(403, b"error code: 1015", retry_after=30.0), SECRET)
    assert isinstance(refusal, RateLimited)
    assert refusal.retry_after == 30.0


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, ProviderDown),
        (1, RequestRefused),
        (2, RequestRefused),
        (4, KeyRefused),
        ("4", KeyRefused),
        (5, ProviderDown),
        (6, RequestRefused),
        (7, BalanceEmpty),
        (8, RequestRefused),
        (9, ProviderDown),
        (10, RequestRefused),
        (100, ProviderNonsense),
        (31337, ProviderNonsense),
        (403, NotAllowed),
        (500, ProviderDown),
    ],
)
def test_a_wrapped_code_under_a_200_is_a_refusal(code: object, kind: type[ProviderRefusal]) -> None:
    assert type(said(200, {"code": code, "msg": "no", "data": None})) is kind


@pytest.mark.parametrize(
    "body",
    [
        {"task_id": "x"},
        {"code": 0, "msg": "", "data": {"task_id": "x"}},
        {"code": 200, "message": "ok", "task_id": "x"},
        {"code": 7},
        {"reason": ""},
        {"reason": "DONE", "task_id": "x"},
        {"error": {}},
        {"error": None, "message": "fine"},
        [],
        {"code": True, "msg": "x"},
    ],
)
def test_a_success_stays_one(body: object) -> None:
    assert said(200, body) is None


def test_what_people_read_is_cleaned() -> None:
    message = (
        f"bad key {SECRET}, Bearer abcdefghij and sk-otherkey123\x00\x1b[31m\u202e at "
        "https://s3.example.test/prod/x.png?X-Amz-Signature=deadbeef&X-Amz-Date=1 "
        "X-Amz-Signature=cafe 0123456789abcdef0123456789abcdef\n\nnext " + "long " * 100
    )
    refusal = said(400, {"reason": "INVALID_REQUEST_BODY", "message": message})
    assert isinstance(refusal, RequestRefused)
    assert len(refusal.detail) <= DETAIL_LENGTH
    assert refusal.detail.startswith(
        "bad key …, … and … [31m at https://s3.example.test/prod/x.png … … next long"
    )
    assert refusal.detail.isprintable()
    for secret in (SECRET, "abcdefghij", "otherkey", "deadbeef", "cafe", "0123456789abcdef"):
        assert secret not in repr(refusal) + str(refusal) + repr(refusal.args)


@given(st.text(max_size=600), st.text(max_size=600))
def test_cleaning_takes_any_text(before: str, after: str) -> None:
    shown = clean(f"{before}{SECRET}{after}", secret=SECRET)
    assert len(shown) <= DETAIL_LENGTH
    assert SECRET not in shown
    shown.encode()


@given(st.integers(100, 599), anything())
def test_any_json_under_any_status_is_a_provider_refusal_or_a_success(status: int, body: object) -> None:
    refusal = explain(Answer(status=status, body=b"", document=body), SECRET)
    assert refusal is None or isinstance(refusal, ProviderRefusal)
    assert not (refusal is None and status >= 300)


@given(st.integers(100, 599), st.binary(max_size=300))
def test_any_bytes_under_any_status_are_a_provider_refusal_or_a_success(status: int, body: bytes) -> None:
    refusal = explain(Answer(status=status, body=body, document=document_of(body)), SECRET)
    assert refusal is None or isinstance(refusal, ProviderRefusal)
