"""Trainings and paintings, step by step, against the sandbox's Novita and a file server, over sockets."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from bot.domain.errors import (
    BadName,
    BadTrigger,
    BalanceEmpty,
    NameTaken,
    NoKey,
    NoPictures,
    OutcomeUnknown,
    OutOfRange,
    PicturesGone,
    PicturesUnreachable,
    PromptEmpty,
    PromptTooLong,
    ProviderDown,
    RateLimited,
    Refusal,
    ResultLost,
    ResultWithheld,
    TaskFailed,
    TooFewGiven,
    TooFewPictures,
    TooManyJobs,
    TooManyPictures,
    UnknownBaseModel,
    UnknownModel,
    WrongFamily,
)
from bot.domain.jobs import MOST_UNDER_WAY, Job, JobState
from bot.domain.models import Family
from bot.domain.specs import MOST_PICTURES, PROMPT_LIMIT, TrainingKind
from bot.providers.attachments import Attachments
from bot.providers.http import Patience, open_http
from bot.providers.novita import NovitaProvider
from bot.sandbox.novita import NovitaServer, Outcome
from bot.services.desk import Repeated
from tests.house import House, open_house
from tests.values import ADA, BEN, address

SHORT = Patience(
    connect=2.0, question=2.0, questions=5.0, order=1.0, transfer=2.0, first_pause=0.0, longest_pause=0.0
)


@dataclass(slots=True)
class FileServer:
    """What stands in for Discord's: files by path, and what it answers instead."""

    host: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, name: str, data: bytes) -> tuple[str, str, int]:
        """Serve a file; what Discord would say of it."""
        self.files[f"/{name}"] = data
        return name, f"http://{self.host}/{name}?ex=1&is=1&hm=abc", len(data)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The file, or the trouble."""
        self.asked.append(request.path)
        status = self.status.get(request.path, 200 if request.path in self.files else 404)
        return web.Response(
            status=status, body=self.files.get(request.path, b"") if status == 200 else b"gone"
        )


@asynccontextmanager
async def file_server() -> AsyncIterator[FileServer]:
    files = FileServer()
    runner = web.ServerRunner(web.Server(files.answer, access_log=None))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        files.host = f"127.0.0.1:{runner.addresses[0][1]}"
        yield files
    finally:
        await runner.cleanup()


@pytest.fixture
async def cdn() -> AsyncIterator[FileServer]:
    async with file_server() as files:
        yield files


@pytest.fixture
async def novita() -> AsyncIterator[NovitaServer]:
    async with NovitaServer(keep_uploads=True) as server:
        yield server


@pytest.fixture
def opened(tmp_path: Path, novita: NovitaServer, cdn: FileServer) -> Callable[[], Any]:
    """Opens a process on the same database and folder."""

    @asynccontextmanager
    async def open_() -> AsyncIterator[House]:
        async with open_http(user_agent="easel/test") as http:
            provider = NovitaProvider(http, url=novita.url, patience=SHORT)
            attachments = Attachments(http, hosts=[cdn.host], patience=SHORT)
            async with open_house(tmp_path, provider=provider, attachments=attachments) as house:
                yield house

    return open_


@pytest.fixture
async def house(opened: Callable[[], Any], novita: NovitaServer) -> AsyncIterator[House]:
    async with opened() as house:
        await house.give_key(novita.key("ada"))
        yield house


def drawn(seed: int, *, side: int = 300, kind: str = "JPEG") -> bytes:
    """A picture unlike the others."""
    out = io.BytesIO()
    noise = hashlib.shake_256(str(seed).encode()).digest(2700)
    Image.frombytes("RGB", (30, 30), noise).resize((side, side)).save(out, kind)
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


async def ordered(house: House, files: list[tuple[str, str, int]], **changes: Any) -> Job:
    """A training, as the command orders it."""
    whole: dict[str, Any] = {
        "address": address(),
        "kind": TrainingKind.SUBJECT,
        "name": "mara",
        "trigger": None,
        "base_model": None,
        "steps": None,
        "files": files,
    }
    return await house.training.order(ADA, **{**whole, **changes})


async def gathered(house: House, cdn: FileServer, *, count: int = 4) -> Job:
    """A training with its pictures looked at."""
    of = await ordered(house, [cdn.put(f"{n}.jpg", drawn(n)) for n in range(count)])
    return await house.training.gather(of, shown=house.note)


async def uploaded(house: House, cdn: FileServer) -> Job:
    """A training that is about to be ordered."""
    of = await house.training.begin(await gathered(house, cdn))
    return await house.training.upload(of, shown=house.note)


async def refused_pictures(house: House, of: Job) -> dict[str, str]:
    """Which were left out, and why."""
    view = await house.desk.look(await house.job(of))
    return {picture.label: (picture.verdict or {})["code"] for picture in view.refused}


# --- ordering a training --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"files": []}, NoPictures),
        ({"files": [("a.jpg", "https://cdn/a", 1)] * 3}, TooFewGiven),
        ({"name": "a:b"}, BadName),
        ({"trigger": "a,b"}, BadTrigger),
        ({"base_model": "tomorrow"}, UnknownBaseModel),
    ],
)
async def test_a_training_that_cannot_be_is_refused_before_anything_is_stored(
    house: House, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await ordered(house, changes.pop("files", [("a.jpg", "https://cdn/a", 1)] * 4), **changes)
    assert await house.desk.overview(ADA) == []
    assert await house.library.of(ADA) == []


async def test_a_training_takes_its_name_a_key_and_room(house: House) -> None:
    files = [("a.jpg", "https://cdn/a", 1)] * 4
    await ordered(house, files)
    with pytest.raises(NameTaken):
        await ordered(house, files, name=" MARA ")
    for number in range(MOST_UNDER_WAY - 1):
        await ordered(house, files, name=f"n{number}")
    with pytest.raises(TooManyJobs):
        await ordered(house, files, name="one more")
    with pytest.raises(NoKey):
        await house.training.order(
            BEN,
            address=address(),
            kind=TrainingKind.STYLE,
            name="x",
            trigger=None,
            base_model=None,
            steps=None,
            files=files,
        )


# --- gathering ------------------------------------------------------------------------------------------------


async def test_attachments_become_scrubbed_pictures_and_their_addresses_are_forgotten(
    house: House, cdn: FileServer
) -> None:
    of = await gathered(house, cdn, count=5)
    view = await house.desk.look(of)
    assert (of.state, of.progress.total, view.usable) == (JobState.QUEUED, 5, 5)
    assert [picture.label for picture in view.pictures] == [f"{n}.jpg" for n in range(5)]
    for picture in view.pictures:
        assert picture.path is not None
        assert house.folders.absolute(picture.path).is_file()
    async with house.database.read() as tx:
        assert await tx.pictures.sources(of.id) == []
    assert not (house.root / "trainings" / of.id / "incoming").exists()


async def test_a_zip_beside_pictures_is_opened_and_what_is_no_picture_is_left_out_by_name(
    house: House, cdn: FileServer
) -> None:
    archive = zipped(
        {f"in/{n}.png": drawn(10 + n, kind="PNG") for n in range(3)} | {"notes.txt": b"hello there"}
    )
    files = [
        cdn.put("1.jpg", drawn(1)),
        cdn.put("notes.png", b"this is a text"),
        cdn.put("small.png", drawn(2, side=100, kind="PNG")),
        cdn.put("again.jpg", drawn(1)),
        cdn.put("all.zip", archive),
    ]
    of = await house.training.gather(await ordered(house, files), shown=house.note)
    view = await house.desk.look(of)
    assert (of.state, view.usable) == (JobState.QUEUED, 4)
    codes = await refused_pictures(house, of)
    assert {
        "notes.png": "not_a_picture",
        "small.png": "too_small",
        "again.jpg": "duplicate_of",
    }.items() <= codes.items()
    assert "not_a_picture" in [code for name, code in codes.items() if name.endswith("notes.txt")]


async def test_too_few_usable_pictures_are_refused_and_each_is_named(house: House, cdn: FileServer) -> None:
    files = [cdn.put(f"{n}.jpg", drawn(n)) for n in range(3)] + [cdn.put("x.jpg", drawn(9)[:400])]
    of = await ordered(house, files)
    with pytest.raises(TooFewPictures) as caught:
        await house.training.gather(of, shown=house.note)
    assert (caught.value.usable, caught.value.minimum) == (3, 4)
    assert await refused_pictures(house, of) == {"x.jpg": "broken"}


async def test_fifty_one_pictures_are_refused_and_fifty_are_not(house: House, cdn: FileServer) -> None:
    pictures = {f"{n:02d}.jpg": drawn(n, side=256) for n in range(MOST_PICTURES + 1)}
    of = await ordered(house, [cdn.put("many.zip", zipped(pictures))])
    with pytest.raises(TooManyPictures) as caught:
        await house.training.gather(of, shown=house.note)
    assert (caught.value.given, caught.value.limit) == (51, 50)
    pictures.popitem()
    of = await ordered(house, [cdn.put("fewer.zip", zipped(pictures))], name="tom")
    assert (await house.training.gather(of, shown=house.note)).progress.total == MOST_PICTURES


async def test_files_that_are_gone_are_named_and_all_of_them_gone_end_it(
    house: House, cdn: FileServer
) -> None:
    files = [cdn.put(f"{n}.jpg", drawn(n)) for n in range(5)]
    cdn.status = {"/4.jpg": 404}
    of = await house.training.gather(await ordered(house, files), shown=house.note)
    assert await refused_pictures(house, of) == {"4.jpg": "pictures_gone"}
    cdn.status = {f"/{n}.jpg": 403 for n in range(5)}
    with pytest.raises(PicturesGone):
        await house.training.gather(await ordered(house, files, name="tom"), shown=house.note)


async def test_an_address_that_is_not_the_file_servers_is_never_asked(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    files = [cdn.put(f"{n}.jpg", drawn(n)) for n in range(4)]
    files.append(("evil.jpg", f"{novita.url}/v3/user", 10))
    of = await house.training.gather(await ordered(house, files), shown=house.note)
    assert await refused_pictures(house, of) == {"evil.jpg": "pictures_gone"}
    assert novita.requests == []


async def test_a_file_server_that_is_down_is_waited_for_and_gathering_begins_anew(
    house: House, cdn: FileServer
) -> None:
    files = [cdn.put(f"{n}.jpg", drawn(n)) for n in range(4)]
    of = await ordered(house, files)
    cdn.status = {"/3.jpg": 503}
    with pytest.raises(PicturesUnreachable):
        await house.training.gather(of, shown=house.note)
    cdn.status = {}
    again = await house.training.gather(await house.job(of), shown=house.note)
    assert (again.state, (await house.desk.look(again)).usable) == (JobState.QUEUED, 4)


# --- uploading and ordering -----------------------------------------------------------------------------------


async def test_pictures_are_uploaded_as_they_are_on_disk_and_then_the_door_is_closed(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    of = await uploaded(house, cdn)
    assert (of.state, of.submitted_at) == (JobState.SUBMITTING, house.clock.now())
    pictures = (await house.desk.look(of)).pictures
    on_disk = [await asyncio.to_thread(house.folders.absolute(str(p.path)).read_bytes) for p in pictures]
    assert sorted(on_disk) == sorted(upload.data for upload in novita.uploads)
    assert all(picture.asset is not None for picture in pictures)
    assert (novita.orders, novita.leaks) == (0, [])


async def test_a_crash_while_uploading_uploads_only_what_is_not_up_yet(
    house: House, cdn: FileServer, novita: NovitaServer, opened: Callable[[], Any]
) -> None:
    of = await house.training.begin(await gathered(house, cdn, count=6))
    async with house.database.write() as tx:
        for number, picture in enumerate((await house.desk.look(of)).pictures[:4]):
            await tx.pictures.uploaded(picture.id, asset=f"up-before-{number}")
    async with opened() as second:
        after = await second.training.upload(await second.job(of), shown=second.note)
        assets = [str(picture.asset) for picture in (await second.desk.look(after)).pictures]
    assert after.state is JobState.SUBMITTING
    assert len(novita.uploads) == 2
    assert len(set(assets)) == 6
    assert assets[:4] == [f"up-before-{number}" for number in range(4)]


async def test_an_order_carries_what_was_asked_and_its_pictures_are_then_deleted(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    running = await house.training.submit(await uploaded(house, cdn))
    (task,) = novita.trainings
    assert (running.state, running.task_id) == (JobState.RUNNING, task.id)
    assert (task.name, task.kind, task.base_model) == (running.order_name, "subject", "dreamshaper_8_93211")
    assert "mara_ezl" in task.instance_prompt
    assert len(task.assets) == 4
    assert not (house.root / "trainings" / running.id).exists()
    assert all(picture.path is None for picture in (await house.desk.look(running)).pictures)
    assert [key.used_at for key in await house.vault.show(ADA)] == [house.clock.now()]


@pytest.mark.parametrize(
    ("reason", "refusal", "state"),
    [
        ("RATE_LIMIT_EXCEEDED", RateLimited, JobState.QUEUED),
        ("BILLING_BALANCE_NOT_ENOUGH", BalanceEmpty, JobState.SUBMITTING),
    ],
)
async def test_a_refused_order_is_not_paid_and_goes_back_only_when_it_may_be_placed_again(
    house: House, cdn: FileServer, novita: NovitaServer, reason: str, refusal: type[Refusal], state: JobState
) -> None:
    of = await uploaded(house, cdn)
    novita.faults.refuse(reason, path="/v3/training/*", method="POST")
    with pytest.raises(refusal):
        await house.training.submit(of)
    assert ((await house.job(of)).state, novita.orders) == (state, 0)


async def test_an_order_that_cannot_be_sent_goes_back_to_the_queue_and_its_uploads_are_kept(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    of = await uploaded(house, cdn)
    async with novita.down():
        with pytest.raises(ProviderDown):
            await house.training.submit(of)
    again = await house.training.begin(await house.job(of))
    await house.training.submit(await house.training.upload(again, shown=house.note))
    assert (len(novita.uploads), novita.orders) == (4, 1)


@pytest.mark.parametrize("fault", ["accept_and_drop", "accept_and_500", "truncated_json"])
async def test_an_order_whose_answer_is_lost_is_found_by_its_name_and_paid_once(
    house: House, cdn: FileServer, novita: NovitaServer, fault: str
) -> None:
    of = await uploaded(house, cdn)
    given = {"path": "/v3/training/subject", "method": "POST"} if fault == "truncated_json" else {}
    getattr(novita.faults, fault)(**given)
    with pytest.raises(OutcomeUnknown):
        await house.training.submit(of)
    assert (await house.job(of)).state is JobState.SUBMITTING
    found = await house.training.find(await house.job(of))
    assert (found.state, found.task_id) == (JobState.RUNNING, novita.trainings[0].id)
    assert novita.orders == 1


async def test_an_order_that_was_never_taken_is_looked_for_and_then_unknown(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    of = await uploaded(house, cdn)
    looking = await house.training.find(of)
    assert looking.state is JobState.SUBMITTING
    assert looking.due_at > house.clock.now()
    house.clock.advance(minutes=4)
    with pytest.raises(OutcomeUnknown):
        await house.training.find(await house.job(of))
    assert novita.orders == 0


# --- following a training -------------------------------------------------------------------------------------


async def test_a_training_is_followed_through_its_phases_and_is_ready_only_when_served(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    of = await house.training.submit(await uploaded(house, cdn))
    notes = []
    for seconds in (1, 100, 530):
        novita.clock.advance(seconds)
        of = await house.training.follow(of)
        notes.append(of.progress.note)
        assert (of.state, (await house.library.of(ADA))[0].ready) == (JobState.RUNNING, False)
    assert notes == ["waiting", "working", "deploying"]
    novita.clock.advance(100)
    of = await house.training.follow(of)
    (lora,) = await house.library.of(ADA)
    assert (of.state, lora.ready, lora.model_name) == (
        JobState.DELIVERING,
        True,
        novita.trainings[0].model_name,
    )


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELED])
async def test_a_training_that_the_provider_gives_up_has_failed(
    house: House, cdn: FileServer, novita: NovitaServer, outcome: Outcome
) -> None:
    novita.script_next("training", outcome=outcome)
    of = await house.training.submit(await uploaded(house, cdn))
    novita.finish_all()
    with pytest.raises(TaskFailed) as caught:
        await house.training.follow(of)
    await house.desk.fail(of, caught.value)
    assert await house.library.of(ADA) == []


# --- painting -------------------------------------------------------------------------------------------------


async def painting(house: House, **changes: Any) -> Job:
    """A painting, as the command orders it."""
    return await house.painting.order(ADA, **{"address": address(), "prompt": "a cat by the sea", **changes})


async def trained(house: House, cdn: FileServer, novita: NovitaServer) -> None:
    """A LoRA called mara."""
    of = await house.training.submit(await uploaded(house, cdn))
    novita.finish_all()
    await house.training.follow(of)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"prompt": "  "}, PromptEmpty),
        ({"prompt": "x" * (PROMPT_LIMIT + 1)}, PromptTooLong),
        ({"negative": "x" * (PROMPT_LIMIT + 1)}, PromptTooLong),
        ({"model": "tomorrow"}, UnknownModel),
        ({"count": 9}, OutOfRange),
        ({"seed": -1}, OutOfRange),
        ({"steps": 0}, OutOfRange),
        ({"guidance": 31.0}, OutOfRange),
    ],
)
async def test_a_painting_that_cannot_be_is_refused_before_anything_is_stored(
    house: House, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await painting(house, **changes)
    assert await house.desk.overview(ADA) == []


async def test_a_checkpoint_of_another_family_is_refused_and_without_one_it_fits(house: House) -> None:
    lora = await house.add_lora("mara", family=Family.SDXL, base_model="animagineXLV31_v31_325600")
    with pytest.raises(WrongFamily):
        await painting(house, lora="mara", model="dreamshaper_8_93211.safetensors")
    of = await painting(house, lora="mara")
    assert (of.spec.family, of.spec.checkpoint) == (lora.family, "animagineXLV31_v31_325600.safetensors")
    assert (of.spec.width, of.spec.height, of.spec.steps, of.spec.guidance) == (1024, 1024, 30, 6.0)


async def test_a_painting_with_a_trained_lora_comes_back_as_pictures_on_disk(
    house: House, cdn: FileServer, novita: NovitaServer
) -> None:
    await trained(house, cdn, novita)
    of = await painting(house, lora="mara:0.7", count=2, shape="256x192", seed=5, nsfw_check=False)
    assert of.spec.prompt == "mara_ezl, a cat by the sea"
    of = await house.painting.submit(await house.painting.begin(of))
    assert (await house.painting.follow(of)).progress.note == "waiting"
    novita.clock.advance(3)
    of = await house.painting.follow(await house.job(of))
    assert of.progress.note == "working"
    novita.finish_all()
    of = await house.painting.follow(of)
    view = await house.desk.look(of)
    assert (of.state, len(view.painted), novita.orders) == (JobState.DELIVERING, 2, 2)
    for painted in view.painted:
        assert painted.path is not None
        with Image.open(painted.path) as image:
            assert image.size == (256, 192)
    assert novita.leaks == []


async def test_a_painting_like_an_earlier_one_has_another_seed_and_the_rest_the_same(house: House) -> None:
    first = await painting(house, seed=5)
    again = await house.painting.again(ADA, first.id, address=address(), nsfw_check=True)
    assert again.id != first.id
    assert again.spec == first.spec.model_copy(update={"seed": again.spec.seed})
    assert again.spec.seed != 5
    await house.give_key("sk_bens-own-key", owner_id=BEN)
    with pytest.raises(Refusal) as caught:
        await house.painting.again(BEN, first.id, address=address(), nsfw_check=True)
    assert caught.value.code == "unknown_job"


async def fetching(house: House, novita: NovitaServer, **changes: Any) -> Job:
    """A painting that is finished at the provider and whose bytes are not here yet."""
    of = await painting(house, shape="128x128", **changes)
    of = await house.painting.submit(await house.painting.begin(of))
    novita.finish_all()
    return await house.desk.save(of, state=JobState.FETCHING)


async def test_a_crash_while_fetching_fetches_again_with_fresh_links(
    house: House, novita: NovitaServer, opened: Callable[[], Any]
) -> None:
    of = await fetching(house, novita)
    async with opened() as second:
        after = await second.painting.fetch(await second.job(of))
        assert after.state is JobState.DELIVERING
        assert len((await second.desk.look(after)).painted) == 1
    assert novita.orders == 1


async def test_a_link_that_has_expired_is_a_lost_result(house: House, novita: NovitaServer) -> None:
    of = await fetching(house, novita)
    novita.faults.expired_result(times=None)
    with pytest.raises(ResultLost):
        await house.painting.fetch(of)


async def test_flagged_pictures_are_withheld_where_they_were_to_be_checked_and_only_there(
    house: House, novita: NovitaServer
) -> None:
    flagged = {"valid": True, "confidence": 99}
    novita.faults.nsfw(flagged, times=None)
    with pytest.raises(ResultWithheld) as caught:
        await house.painting.fetch(await fetching(house, novita, nsfw_check=True))
    assert caught.value.count == 1
    open_ = await house.painting.fetch(await fetching(house, novita, nsfw_check=False))
    assert [painted.path is not None for painted in (await house.desk.look(open_)).painted] == [True]


@pytest.mark.parametrize("fault", ["accept_and_drop", "accept_and_500"])
async def test_a_painting_whose_answer_is_lost_cannot_be_looked_for_and_is_not_sent_again(
    house: House, novita: NovitaServer, fault: str
) -> None:
    of = await house.painting.begin(await painting(house))
    getattr(novita.faults, fault)()
    with pytest.raises(OutcomeUnknown):
        await house.painting.submit(of)
    with pytest.raises(OutcomeUnknown):
        await house.painting.find(await house.job(of))
    assert novita.orders == 1


async def test_a_rate_limited_painting_goes_back_to_the_queue_with_the_providers_word(
    house: House, novita: NovitaServer
) -> None:
    of = await house.painting.begin(await painting(house))
    novita.faults.too_many(retry_after=30, path="/v3/async/*", method="POST")
    with pytest.raises(RateLimited) as caught:
        await house.painting.submit(of)
    assert caught.value.retry_after == 30
    assert ((await house.job(of)).state, novita.orders) == (JobState.QUEUED, 0)


async def test_a_painting_that_the_provider_gives_up_says_why(house: House, novita: NovitaServer) -> None:
    novita.script_next("generation", outcome=Outcome.FAILED)
    of = await house.painting.submit(await house.painting.begin(await painting(house)))
    novita.finish_all()
    with pytest.raises(TaskFailed):
        await house.painting.follow(of)


async def test_the_same_interaction_orders_once(house: House) -> None:
    await painting(house, address=address(interaction_id=7))
    with pytest.raises(Repeated):
        await painting(house, address=address(interaction_id=7))
    assert len(await house.desk.overview(ADA)) == 1
