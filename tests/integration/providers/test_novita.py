"""Novita's provider against the sandbox's Novita: the way of a LoRA, and every misbehaviour on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.errors import (
    BalanceEmpty,
    EndpointGone,
    FrontRefused,
    KeyRefused,
    NotAllowed,
    OutcomeUnknown,
    PictureRefusedByProvider,
    PromptRefused,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    RequestRefused,
    TaskLost,
)
from bot.domain.keys import ApiKey
from bot.domain.models import Family
from bot.domain.specs import LoraUse, PaintingSpec, TrainingKind, TrainingSpec
from bot.providers.base import (
    Deploying,
    GivenUp,
    Painted,
    PaintingProgress,
    Provider,
    Trained,
    TrainingProgress,
    Waiting,
    Working,
)
from bot.providers.http import Http
from bot.providers.novita import NovitaProvider
from bot.sandbox.novita import NovitaServer, Outcome
from tests.integration.providers.conftest import SHORT

SUBJECT = TrainingSpec(
    kind=TrainingKind.SUBJECT,
    name="mara",
    trigger="mara_ezl",
    base_model="dreamshaper_8_93211",
    family=Family.SD15,
    seed=77,
)
STYLE = SUBJECT.model_copy(update={"kind": TrainingKind.STYLE})
PAINTING = PaintingSpec(
    asked="an astronaut",
    prompt="mara_ezl, an astronaut",
    negative="lowres",
    checkpoint="dreamshaper_8_93211.safetensors",
    family=Family.SD15,
    width=512,
    height=512,
    count=2,
    seed=7,
    steps=20,
    guidance=7.0,
)
Pictures = Callable[..., Path]


async def trained(
    provider: NovitaProvider,
    key: ApiKey,
    picture: Pictures,
    *,
    spec: TrainingSpec = SUBJECT,
    name: str = "easel-1",
) -> str:
    assets = [
        await provider.upload(key, picture(f"{name}-{n}.png", seed=n), extension="png") for n in range(1, 5)
    ]
    return await provider.order_training(key, spec, assets=assets, captions=[], name=name)


def test_it_is_a_provider(provider: NovitaProvider) -> None:
    whole: Provider = provider
    assert whole.name == "novita"
    assert len(whole.capabilities.base_models) == 17


@pytest.mark.parametrize("spec", [SUBJECT, STYLE], ids=["subject", "style"])
async def test_a_lora_goes_from_pictures_to_a_painting(
    provider: NovitaProvider,
    novita: NovitaServer,
    key: ApiKey,
    picture: Pictures,
    tmp_path: Path,
    spec: TrainingSpec,
) -> None:
    task = await trained(provider, key, picture, spec=spec)
    pace = novita.pace
    seen: list[TrainingProgress] = []
    for seconds in (
        0,
        pace.queue_seconds + pace.training_seconds / 2,
        pace.training_seconds / 2,
        pace.deploying_seconds,
    ):
        novita.clock.advance(seconds)
        seen.append(await provider.training(key, task, kind=spec.kind))
    assert [type(progress) for progress in seen] == [Waiting, Working, Deploying, Trained]
    assert isinstance(seen[1], Working)
    assert seen[1].percent in range(49, 52)
    assert seen[1].eta is not None
    assert isinstance(seen[3], Trained)

    use = LoraUse(lora_id=1, name="mara", trigger="mara_ezl", model_name=seen[3].model_name, weight=0.8)
    painting = await provider.order_painting(key, PAINTING.model_copy(update={"loras": (use,)}))
    assert isinstance(await provider.painting(key, painting), Waiting)
    novita.clock.advance(pace.paint_queue_seconds + pace.painting_seconds / 2)
    assert isinstance(await provider.painting(key, painting), Working)
    novita.clock.advance(pace.painting_seconds)
    done = await provider.painting(key, painting)
    assert isinstance(done, Painted)
    assert len(done.pictures) == 2
    for number, remote in enumerate(done.pictures):
        target = tmp_path / f"{number}.png"
        await provider.fetch(remote, target, limit=20_000_000)
        with Image.open(target) as image:
            assert (image.format, image.size) == ("PNG", (512, 512))
    assert novita.orders == 2
    assert novita.leaks == []


async def test_the_account_call_proves_the_key_and_tells_the_balance(
    provider: NovitaProvider, novita: NovitaServer
) -> None:
    key = ApiKey(novita.key("rich", balance_usd=12.845))
    assert (await provider.account(key)).balance == Decimal("12.845")
    novita.faults.refuse("API_NOT_FOUND", path="/openapi/*")
    assert (await provider.account(key)).balance == Decimal("12.845")
    assert novita.requests[-1].path == "/v3/user"
    with pytest.raises(KeyRefused):
        await provider.account(ApiKey("sk_wrong_wrong"))


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("INVALID_API_KEY", KeyRefused),
        ("MISSING_API_KEY", KeyRefused),
        ("BILLING_BALANCE_NOT_ENOUGH", BalanceEmpty),
        ("ILLEGAL_PROMPT", PromptRefused),
        ("ILLEGAL_IMAGE_CONTENT", PictureRefusedByProvider),
        ("INVALID_REQUEST_BODY", RequestRefused),
        ("NEED_REAL_NAME_VERIFY", NotAllowed),
        ("API_NOT_FOUND", EndpointGone),
        ("CREATE_TASK_FAILED", OutcomeUnknown),
        ("BILLING_FAILED", OutcomeUnknown),
        ("TASK_FAILED", OutcomeUnknown),
    ],
)
async def test_a_refused_order_is_told_apart_from_one_of_unknown_outcome(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, reason: str, kind: type[ProviderRefusal]
) -> None:
    novita.faults.refuse(reason, method="POST", times=None)
    with pytest.raises(kind):
        await provider.order_painting(key, PAINTING)
    assert len(novita.requests) == 1


async def test_an_empty_balance_and_a_parameter_out_of_range_are_refused_by_the_service_itself(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    with pytest.raises(BalanceEmpty):
        await provider.order_painting(ApiKey(novita.key("poor", balance_usd=0)), PAINTING)
    with pytest.raises(RequestRefused) as caught:
        await provider.order_painting(key, PAINTING.model_copy(update={"sampler": "DPM++ Karras"}))
    assert "sampler_name" in caught.value.detail
    assert novita.orders == 0


@pytest.mark.parametrize("fault", ["accept_and_hang", "accept_and_drop", "accept_and_500", "truncated_json"])
async def test_an_order_that_was_taken_without_our_knowing_is_found_by_its_name(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures, fault: str
) -> None:
    other = await trained(provider, key, picture, name="easel-other")
    getattr(novita.faults, fault)(path="/v3/training/*")
    with pytest.raises(OutcomeUnknown):
        await trained(provider, key, picture, name="easel-mine")
    assert novita.orders == 2
    found = await provider.find_training(key, kind=TrainingKind.SUBJECT, name="easel-mine")
    assert found is not None
    assert found != other
    assert isinstance(await provider.training(key, found, kind=TrainingKind.SUBJECT), Waiting)
    assert await provider.find_training(key, kind=TrainingKind.SUBJECT, name="easel-min") is None
    assert await provider.find_training(key, kind=TrainingKind.STYLE, name="easel-mine") is None
    assert (
        await provider.find_training(ApiKey(novita.key("bob")), kind=TrainingKind.SUBJECT, name="easel-mine")
        is None
    )


@pytest.mark.parametrize("fault", ["hang", "drop"])
async def test_a_broken_connection_leaves_a_painting_unknown_although_nothing_was_ordered(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, fault: str
) -> None:
    getattr(novita.faults, fault)(method="POST")
    with pytest.raises(OutcomeUnknown):
        await provider.order_painting(key, PAINTING)
    assert novita.orders == 0
    assert len(novita.requests) == 1


async def test_a_service_that_is_down_took_no_order(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    async with novita.down():
        with pytest.raises(ProviderDown):
            await provider.order_painting(key, PAINTING)
        with pytest.raises(ProviderDown):
            await provider.account(key)
    assert await provider.order_painting(key, PAINTING)


async def test_a_wrapped_answer_is_an_answer(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    novita.faults.wrapped()
    task = await provider.order_painting(key, PAINTING)
    novita.finish_all()
    assert isinstance(await provider.painting(key, task), Painted)


async def test_a_rate_limit_of_an_order_tells_when(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    for retry_after in (7, None):
        novita.faults.too_many(retry_after=retry_after, method="POST")
        with pytest.raises(RateLimited) as caught:
            await provider.order_painting(key, PAINTING)
        assert caught.value.retry_after == retry_after
    assert novita.orders == 0
    assert len(novita.requests) == 2


async def test_a_rate_limit_of_a_question_is_waited_out(
    connections: Http, novita: NovitaServer, key: ApiKey
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    provider = NovitaProvider(connections, url=novita.url, patience=SHORT, sleep=sleep)
    novita.faults.too_many(retry_after=3)
    novita.faults.too_many()
    assert (await provider.account(key)).balance == 10
    assert slept == [3.0, 0.0]


@pytest.mark.parametrize("shape", ["msg", "error", "detail", "text", "empty"])
async def test_errors_of_older_gateways_are_understood(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, shape: str
) -> None:
    for status, message, kind in (
        (
            400,
            "your balance is too low",
            RequestRefused if shape == "empty" else BalanceEmpty,
        ),
        (400, "steps out of range", RequestRefused),
        (401, "who are you", KeyRefused),
        (500, "balance", OutcomeUnknown),
    ):
        novita.faults.legacy(shape, status=status, message=message)  # type: ignore[arg-type]
        with pytest.raises(kind):
            await provider.order_painting(key, PAINTING)


async def test_the_networks_front_and_a_proxys_page_are_not_the_keys_fault(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    novita.faults.front(1010)
    with pytest.raises(FrontRefused):
        await provider.account(key)
    novita.faults.front(1015, times=None)
    with pytest.raises(RateLimited):
        await provider.account(key)
    novita.faults.clear()
    novita.faults.html(502, times=3)
    assert (await provider.account(key)).balance == 10
    novita.faults.html(502, times=4)
    with pytest.raises(ProviderDown):
        await provider.account(key)


@pytest.mark.parametrize("fault", ["drop", "hang", "truncated_json"])
async def test_a_question_is_asked_again_until_it_is_answered(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, fault: str
) -> None:
    getattr(novita.faults, fault)()
    assert (await provider.account(key)).balance == 10


async def test_odd_forms_of_a_training_are_still_running(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures
) -> None:
    task = await trained(provider, key, picture)
    novita.finish_all()
    novita.faults.unknown_status()
    assert isinstance(await provider.training(key, task, kind=TrainingKind.SUBJECT), Working)
    for fault in (novita.faults.missing_arrays, novita.faults.null_arrays):
        fault()
        assert await provider.training(key, task, kind=TrainingKind.SUBJECT) == Deploying()
    assert isinstance(await provider.training(key, task, kind=TrainingKind.SUBJECT), Trained)


async def test_odd_forms_of_a_result_are_read(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    task = await provider.order_painting(key, PAINTING)
    novita.finish_all()
    for ttl in (3600, "3600", "0", 0, "soon"):
        novita.faults.ttl(ttl)
        assert isinstance(await provider.painting(key, task), Painted)
    for check, flagged in ((None, False), ({}, False), ({"valid": True, "confidence": 91}, True)):
        novita.faults.nsfw(check)  # type: ignore[arg-type]
        done = await provider.painting(key, task)
        assert isinstance(done, Painted)
        assert [picture.flagged for picture in done.pictures] == [flagged, flagged]
    novita.faults.unknown_status()
    assert isinstance(await provider.painting(key, task), Working)


@pytest.mark.parametrize("fault", ["no_images", "missing_arrays", "null_arrays"])
async def test_a_success_without_pictures_is_looked_at_again_before_it_is_believed(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, fault: str
) -> None:
    task = await provider.order_painting(key, PAINTING)
    novita.finish_all()
    getattr(novita.faults, fault)(times=2)
    assert isinstance(await provider.painting(key, task), Painted)
    getattr(novita.faults, fault)(times=None)
    assert await provider.painting(key, task) == GivenUp("finished without pictures")


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELED])
async def test_a_task_that_ends_badly_is_given_up(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures, outcome: Outcome
) -> None:
    task = await trained(provider, key, picture)
    painting = await provider.order_painting(key, PAINTING)
    for each in (task, painting):
        novita.script(each, outcome=outcome)
    novita.finish_all()
    assert await provider.training(key, task, kind=TrainingKind.SUBJECT) == GivenUp()
    ended = await provider.painting(key, painting)
    assert isinstance(ended, GivenUp)
    assert ended.reason


async def test_a_failure_told_as_an_error_is_given_up_as_well(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    task = await provider.order_painting(key, PAINTING)
    novita.faults.refuse(
        "TASK_FAILED", message=f"broke at https://x/y?sig=1 with {key.reveal()}", path="*/task-result"
    )
    assert await provider.painting(key, task) == GivenUp("broke at https://x/y with …")
    novita.faults.refuse("GET_RESULT_FAILED", path="*/task-result")
    ended: PaintingProgress = await provider.painting(key, task)
    assert isinstance(ended, Waiting)


async def test_an_unknown_task_is_lost(provider: NovitaProvider, novita: NovitaServer, key: ApiKey) -> None:
    task = await provider.order_painting(key, PAINTING)
    for call in (
        provider.painting(key, "nothing"),
        provider.training(key, task, kind=TrainingKind.SUBJECT),
        provider.painting(ApiKey(novita.key("bob")), task),
    ):
        with pytest.raises(TaskLost):
            await call


async def test_a_long_list_is_searched_to_its_end(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures
) -> None:
    oldest = await trained(provider, key, picture, name="easel-oldest")
    file = picture("many.png")
    for number in range(101):
        asset = await provider.upload(key, file, extension="png")
        await provider.order_training(key, SUBJECT, assets=[asset], captions=[], name=f"easel-{number}")
        if number % 10 == 0:
            novita.account(key.reveal()).credits = 100_000
    before = len(novita.requests)
    assert await provider.find_training(key, kind=TrainingKind.SUBJECT, name="easel-oldest") == oldest
    assert len(novita.requests) - before == 2
    assert await provider.find_training(key, kind=TrainingKind.SUBJECT, name="easel-none") is None


async def test_the_catalogue_offers_what_can_be_painted_with(provider: NovitaProvider, key: ApiKey) -> None:
    both = await provider.checkpoints(key, pages=5)
    assert {checkpoint.family for checkpoint in both} == {Family.SD15, Family.SDXL}
    assert provider.capabilities.default_checkpoint in [checkpoint.name for checkpoint in both]
    assert not any("inpaint" in checkpoint.name for checkpoint in both)
    assert all(0 < len(checkpoint.title) <= 100 for checkpoint in both)
    xl = await provider.checkpoints(key, family=Family.SDXL, pages=5)
    assert xl
    assert set(xl) < set(both)
    assert {checkpoint.family for checkpoint in xl} == {Family.SDXL}
    some = await provider.checkpoints(key, query="dreamshaper", pages=5)
    assert some
    assert all("dreamshaper" in f"{c.name} {c.title}".lower() for c in some)
    known = {model.checkpoint for model in provider.capabilities.base_models if model.checkpoint}
    assert known <= {checkpoint.name for checkpoint in both}


async def test_a_slow_service_is_waited_for(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    novita.faults.slow(0.2, times=2)
    assert (await provider.account(key)).balance == 10
    assert await provider.order_painting(key, PAINTING)


async def test_many_ask_at_once(provider: NovitaProvider, novita: NovitaServer, key: ApiKey) -> None:
    tasks = await asyncio.gather(*(provider.order_painting(key, PAINTING) for _ in range(40)))
    assert len(set(tasks)) == novita.orders == 40
    standing = await asyncio.gather(*(provider.painting(key, task) for task in tasks))
    assert len(standing) == 40


async def test_nonsense_that_stays_is_nonsense(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey
) -> None:
    task = await provider.order_painting(key, PAINTING)
    novita.faults.html(200, times=None)
    with pytest.raises(ProviderNonsense):
        await provider.painting(key, task)
