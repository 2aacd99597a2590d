"""Pictures to presigned addresses and back: to the letter, once, without a key, as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from yarl import URL

from bot.domain.errors import (
    KeyRefused,
    ProviderDown,
    ProviderNonsense,
    ProviderRefusal,
    RateLimited,
    ResultLost,
    UploadRefused,
)
from bot.domain.keys import ApiKey
from bot.domain.specs import TrainingKind
from bot.providers.base import Painted, RemotePicture
from bot.providers.http import Http
from bot.providers.novita import NovitaProvider
from bot.sandbox.novita import NovitaServer, Place
from tests.integration.providers.conftest import SHORT
from tests.integration.providers.raw import Act, RawServer, refused_port, reply
from tests.integration.providers.test_novita import PAINTING, STYLE, SUBJECT

Pictures = Callable[..., Path]
KEY = ApiKey("sk_live_secretsecret")
ODD = "/prod/a%2Fb+c.png?X-Amz-Credential=K%2F20260110%2fs3&a=b+c%20d&X-Amz-Expires=120&X-Amz-Signature=0%2B%2F=="
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)
DENIED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
BUSY = b"<Error><Code>SlowDown</Code></Error>"


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def places(novita: NovitaServer) -> list[Place]:
    return [request.place for request in novita.requests]


def slot(server: RawServer, *, number: object = 1) -> Act:
    return reply(200, {"assets_id": number, "upload_url": f"{server.url}{ODD}", "method": "PUT"})


async def test_a_picture_arrives_as_it_is(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures
) -> None:
    file = picture()
    asset = await provider.upload(key, file, extension="png")
    (upload,) = novita.uploads
    assert upload.asset.id == asset
    assert upload.data == file.read_bytes()
    assert upload.content_type == "image/png"
    put = novita.requests[-1]
    assert (put.place, put.method) == (Place.BUCKET, "PUT")
    assert put.headers["content-length"] == str(file.stat().st_size)
    assert "transfer-encoding" not in put.headers
    assert "content-disposition" not in put.headers
    assert novita.leaks == []


@pytest.mark.parametrize("kind", [SUBJECT, STYLE], ids=[TrainingKind.SUBJECT, TrainingKind.STYLE])
async def test_an_integer_id_is_given_back_as_an_integer(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures, kind: object
) -> None:
    novita.faults.integer_assets_id(times=2)
    assets = [await provider.upload(key, picture(seed=n), extension="png") for n in (1, 2, 3)]
    assert [type(asset) for asset in assets] == [int, int, str]
    spec = SUBJECT if kind is SUBJECT else STYLE
    assert await provider.order_training(key, spec, assets=assets, captions=[], name="easel-1")


async def test_a_presigned_address_is_used_to_the_letter(connections: Http, picture: Pictures) -> None:
    async with RawServer() as server:
        server.acts = [slot(server), reply(200)]
        file = picture()
        assert await NovitaProvider(connections, url=server.url).upload(KEY, file, extension="jpg") == 1
        question, put = server.asked
    assert question.line == "POST /v3/assets/training_dataset HTTP/1.1"
    assert b"jpeg" in question.body
    assert put.line == f"PUT {ODD} HTTP/1.1"
    assert put.body == file.read_bytes()
    assert not {"authorization", "cookie", "transfer-encoding", "expect"} & set(put.headers)
    assert put.headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("fault", ["expired_upload", "bad_signature"])
async def test_a_refused_address_is_replaced_at_once(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures, fault: str
) -> None:
    getattr(novita.faults, fault)(times=2)
    asset = await provider.upload(key, picture(), extension="png")
    assert places(novita) == [Place.API, Place.BUCKET] * 3
    assert novita.uploads[0].asset.id == asset


async def test_three_refused_addresses_are_enough(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures
) -> None:
    novita.faults.expired_upload(times=None)
    with pytest.raises(UploadRefused):
        await provider.upload(key, picture(), extension="png")
    assert places(novita) == [Place.API, Place.BUCKET] * 3


async def test_an_address_that_really_expired_is_replaced(connections: Http, picture: Pictures) -> None:
    async with RawServer() as server:
        server.acts = [slot(server), reply(403, DENIED), slot(server, number=2), reply(200)]
        provider = NovitaProvider(connections, url=server.url, patience=SHORT)
        assert await provider.upload(KEY, picture(), extension="png") == 2


@pytest.mark.parametrize("fault", ["slow_down", "drop", "hang"])
async def test_trouble_on_the_way_is_met_with_the_same_address(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures, fault: str
) -> None:
    getattr(novita.faults, fault)(place=Place.BUCKET)
    await provider.upload(key, picture(), extension="png")
    assert places(novita)[0] is Place.API
    assert set(places(novita)[1:]) == {Place.BUCKET}
    assert len(novita.uploads) == 1


async def test_trouble_that_stays_is_met_with_another_address_and_then_given_up(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures
) -> None:
    novita.faults.slow_down(times=None)
    with pytest.raises(ProviderDown):
        await provider.upload(key, picture(), extension="png")
    assert places(novita) == [Place.API, Place.BUCKET, Place.BUCKET] * 3


async def test_an_address_is_not_used_again_once_it_is_over(connections: Http, picture: Pictures) -> None:
    async with RawServer() as server:
        short = ODD.replace("X-Amz-Expires=120", "X-Amz-Expires=0")
        over = reply(200, {"assets_id": 1, "upload_url": f"{server.url}{short}"})
        server.acts = [over, reply(503, BUSY), slot(server, number=2), reply(200)]
        provider = NovitaProvider(connections, url=server.url, patience=SHORT)
        assert await provider.upload(KEY, picture(), extension="png") == 2
        assert [asked.line.split()[0] for asked in server.asked] == ["POST", "PUT", "POST", "PUT"]


@pytest.mark.parametrize(
    ("act", "kind", "puts"),
    [
        (reply(400, b"<Error><Code>EntityTooLarge</Code></Error>"), UploadRefused, 1),
        (reply(411, b""), UploadRefused, 1),
        (reply(307, b"", headers=["Location: https://evil.example.test/"]), UploadRefused, 3),
        (reply(400, b"<Error><Code>RequestTimeout</Code></Error>"), ProviderDown, 6),
        (reply(500, b""), ProviderDown, 6),
        (reply(429, b""), ProviderDown, 6),
        (Act(then="reset"), ProviderDown, 6),
    ],
)
async def test_the_storages_refusals_are_told_apart(
    connections: Http, picture: Pictures, act: Act, kind: type[ProviderRefusal], puts: int
) -> None:
    async with RawServer(act) as storage, RawServer() as server:
        server.acts = [slot(storage)]
        provider = NovitaProvider(connections, url=server.url, patience=SHORT)
        with pytest.raises(kind):
            await provider.upload(KEY, picture(), extension="png")
        assert len({asked.line for asked in storage.asked}) == 1
        # a connection that dies before anything came back may have been tried again underneath, once
        assert puts <= len(storage.asked) <= 2 * puts


async def test_asking_for_an_address_may_fail_like_any_question(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, picture: Pictures
) -> None:
    with pytest.raises(KeyRefused):
        await provider.upload(ApiKey("sk_wrong_wrong"), picture(), extension="png")
    novita.faults.too_many(times=None)
    with pytest.raises(RateLimited):
        await provider.upload(key, picture(), extension="png")
    novita.faults.clear()
    novita.faults.html(503, times=2)
    assert await provider.upload(key, picture(), extension="png")


@pytest.mark.parametrize(
    "url", ["http://user:pw@h.test/x", "file:///etc/passwd", "", "nonsense", "https://h.test/\n"]
)
async def test_bytes_are_not_sent_to_an_odd_address(connections: Http, picture: Pictures, url: str) -> None:
    async with RawServer(reply(200, {"assets_id": 1, "upload_url": url})) as server:
        with pytest.raises(ProviderNonsense):
            await NovitaProvider(connections, url=server.url, patience=SHORT).upload(
                KEY, picture(), extension="png"
            )


async def test_an_empty_file_and_a_large_one_are_sent_whole(connections: Http, tmp_path: Path) -> None:
    async with RawServer() as server:
        for size in (0, 1, 128 * 1024, 3_000_001):
            server.acts = [slot(server), reply(200)]
            file = tmp_path / "x.png"
            file.write_bytes(bytes(range(256)) * (size // 256) + bytes(size % 256))
            await NovitaProvider(connections, url=server.url).upload(KEY, file, extension="png")
            assert server.asked[-1].body == file.read_bytes()


async def painted(provider: NovitaProvider, novita: NovitaServer, key: ApiKey) -> RemotePicture:
    task = await provider.order_painting(key, PAINTING)
    novita.finish_all()
    done = await provider.painting(key, task)
    assert isinstance(done, Painted)
    return done.pictures[0]


async def test_a_result_is_fetched_without_a_key(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, tmp_path: Path
) -> None:
    remote = await painted(provider, novita, key)
    await provider.fetch(remote, tmp_path / "out.png", limit=20_000_000)
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert novita.requests[-1].place is Place.RESULTS
    assert not novita.requests[-1].authorized


async def test_a_link_that_expired_is_a_lost_result(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, tmp_path: Path
) -> None:
    remote = await painted(provider, novita, key)
    novita.clock.advance(novita.pace.result_ttl + 1)
    with pytest.raises(ResultLost):
        await provider.fetch(remote, tmp_path / "out.png", limit=20_000_000)
    assert files(tmp_path) == []


@pytest.mark.parametrize("fault", ["cut_result", "slow_down", "drop", "hang"])
async def test_a_broken_fetch_is_tried_once_more(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, tmp_path: Path, fault: str
) -> None:
    remote = await painted(provider, novita, key)
    asked = {} if fault == "cut_result" else {"place": Place.RESULTS}
    getattr(novita.faults, fault)(**asked)
    await provider.fetch(remote, tmp_path / "out.png", limit=20_000_000)
    assert files(tmp_path) == ["out.png"]


async def test_what_is_no_picture_is_not_kept(
    provider: NovitaProvider, novita: NovitaServer, key: ApiKey, tmp_path: Path
) -> None:
    remote = await painted(provider, novita, key)
    novita.faults.wrong_bytes()
    with pytest.raises(ProviderNonsense):
        await provider.fetch(remote, tmp_path / "out.png", limit=20_000_000)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("act", "kind", "gets"),
    [
        (reply(404, b""), ResultLost, 1),
        (reply(410, b""), ResultLost, 1),
        (reply(200, PNG), ResultLost, 1),
        (Act(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PNG, "close"), ResultLost, 1),
        (reply(200, b""), ProviderNonsense, 1),
        (reply(302, b"", headers=["Location: /x"]), ProviderNonsense, 1),
        (reply(500, b""), ProviderDown, 2),
        (Act(then="hang"), ProviderDown, 2),
    ],
)
async def test_a_fetch_ends_with_a_fact_and_without_a_file(
    connections: Http, tmp_path: Path, act: Act, kind: type[ProviderRefusal], gets: int
) -> None:
    async with RawServer(act) as server:
        provider = NovitaProvider(connections, url=server.url, patience=SHORT)
        with pytest.raises(kind):
            await provider.fetch(RemotePicture(f"{server.url}{ODD}"), tmp_path / "out.png", limit=100_000)
        assert [asked.line for asked in server.asked] == [f"GET {ODD} HTTP/1.1"] * gets
        assert not any("authorization" in asked.headers for asked in server.asked)
    assert files(tmp_path) == []


async def test_nobody_at_the_result_host_is_the_provider_down(connections: Http, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{await refused_port()}/x"
    provider = NovitaProvider(connections, url="http://127.0.0.1:1", patience=SHORT)
    with pytest.raises(ProviderDown):
        await provider.fetch(RemotePicture(address), tmp_path / "out.png", limit=100)


async def test_a_service_behind_tls_cannot_send_bytes_to_plain_addresses(
    connections: Http, tmp_path: Path
) -> None:
    provider = NovitaProvider(connections, url="https://api.example.test", patience=SHORT)
    with pytest.raises(ProviderNonsense):
        await provider.fetch(RemotePicture("http://127.0.0.1:1/x"), tmp_path / "out.png", limit=100)


def test_the_odd_address_is_one_that_would_be_rewritten() -> None:
    """Else the tests above would prove nothing."""
    assert str(URL(f"https://h.test{ODD}")) != f"https://h.test{ODD}"
