"""The page's address: what is served, to whom, and the files that are put there."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.page import server as serving
from bot.sandbox.page.behind import Behind
from bot.sandbox.page.files import Files
from bot.sandbox.page.server import STATIC, PageServer, PortTaken
from bot.sandbox.page.street import Street
from tests.integration.sandbox_page.conftest import Look

MIB = 1024 * 1024


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def got(http: aiohttp.ClientSession, url: str, **how: Any) -> tuple[int, str, Any]:
    """Status, body and headers of a GET."""
    async with http.get(url, **how) as response:
        return response.status, await response.text(), response.headers


@pytest.mark.parametrize(("path", "main"), [("/", "main.js"), ("/gallery", "gallery.js")])
async def test_a_page_loads_its_own_modules_and_nothing_else(
    page: PageServer, street: Street, http: aiohttp.ClientSession, path: str, main: str
) -> None:
    status, text, headers = await got(http, page.url + path)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'src="/static/{main}"' in text
    (nonce,) = re.findall(r'nonce="([^"]+)"', text)
    policy = headers["Content-Security-Policy"].split("; ")
    assert policy == [
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        f"img-src 'self' blob: data: http://{street.discord.cdn_host}",
        f"media-src 'self' http://{street.discord.cdn_host}",
        f"connect-src 'self' {page.url.replace('http', 'ws')}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    assert nonce not in (await got(http, page.url + path))[1]


async def test_every_answer_says_what_a_browser_may_not_do(
    page: PageServer, http: aiohttp.ClientSession
) -> None:
    for path in ("/", "/static/lib.js", "/nothing", "/static/nothing.js"):
        _, _, headers = await got(http, page.url + path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-cache"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_every_module_has_its_type(page: PageServer, http: aiohttp.ClientSession) -> None:
    types = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml"}
    files = [each for each in STATIC.rglob("*") if each.suffix in types]
    assert {each.suffix for each in files} == types.keys()
    for file in files:
        async with http.get(f"{page.url}/static/{file.relative_to(STATIC).as_posix()}") as response:
            assert response.status == 200
            assert response.content_type == types[file.suffix]
            assert await response.read() == file.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/nothing.js",
        "/static/css",
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/static/css/..%2f..%2f..%2fserver.py",
        "/static//etc/passwd",
        "/static/%00.js",
        f"/static/{'a' * 300}.js",
        "/elsewhere",
    ],
)
async def test_nothing_else_is_served(page: PageServer, path: str) -> None:
    host = page.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.split()[1] in (b"400", b"404"), answer


@pytest.mark.parametrize("path", ["/", "/static/lib.js", "/socket", "/files?name=a", "/gallery.json"])
async def test_only_its_own_host_and_origin_may_speak(
    page: PageServer, http: aiohttp.ClientSession, path: str
) -> None:
    port = page.url.rpartition(":")[2]
    method = "PUT" if path.startswith("/files") else "GET"
    for headers in (
        {"Host": "evil.example"},
        {"Host": f"evil.example:{port}"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://evil.example:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": f"https://127.0.0.1:{port}"},
        {"Origin": f"http://localhost:{port}"},
        {"Origin": "null"},
    ):
        async with http.request(method, page.url + path, headers=headers, data=b"x") as response:
            assert response.status == 403, headers
            assert (await response.text()).endswith(".")
    assert page.files.size == 0


async def test_it_answers_to_localhost_too(page: PageServer, http: aiohttp.ClientSession) -> None:
    url = page.url.replace("127.0.0.1", "localhost")
    async with http.get(page.url, headers={"Host": url.removeprefix("http://"), "Origin": url}) as response:
        assert response.status == 200


async def test_another_pages_script_cannot_open_the_socket(
    page: PageServer, http: aiohttp.ClientSession
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{page.url}/socket", origin="http://evil.example")
    assert refused.value.status == 403


async def test_the_gallery_is_told(page: PageServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{page.url}/gallery.json") as response:
        assert response.content_type == "application/json"
        assert (await response.json())["sections"]


async def test_a_file_over_the_limit_is_refused_in_a_sentence(
    look: Look, page: PageServer, street: Street
) -> None:
    window = await look()
    for given in (io.BytesIO(bytes(10 * MIB + 1)), pieces(11)):
        async with window.http.put(f"{page.url}/files?name=cat.png", data=given) as response:
            assert response.status == 413
            sentence = "cat.png is too powerful: files of up to 10 MB can be sent here."
            assert await response.text() == sentence
    assert page.files.size == 0
    await window.puts("cat.png", bytes(10 * MIB))
    assert page.files.size == 10 * MIB
    street.world.ada.nitro()
    await window.puts("cat.png", bytes(11 * MIB))


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield bytes(MIB)


async def test_a_file_without_a_name_has_one_all_the_same(
    look: Look, page: PageServer, street: Street
) -> None:
    window = await look()
    async with window.http.put(f"{page.url}/files", data=b"x") as response:
        word = (await response.json())["file"]
    await window.ask("say", channel=str(street.world.channel.id), content="a file", files=[word])
    assert (await window.sees("a file"))["message"]["attachments"][0]["filename"] == "unknown"
    assert page.files.size == 0


def test_the_oldest_files_go_when_it_is_too_much_and_used_ones_at_once() -> None:
    files = Files(most=10)
    first, second = files.put("a", bytes(6)), files.put("b", bytes(4))
    assert files.get(first) == ("a", bytes(6))
    third = files.put("c", bytes(3))
    assert files.get(first) is None
    assert files.size == 7
    files.drop([second, second, "never there"])
    assert (files.get(second), files.get(third), files.size) == (None, ("c", bytes(3)), 3)
    huge = files.put("d", bytes(20))
    assert (files.get(third), files.get(huge), files.size) == (None, ("d", bytes(20)), 20)


async def test_a_taken_port_is_another_one_or_a_sentence(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = Behind(street.world)
    async with PageServer(street, behind=behind, port=0) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(PortTaken, match=rf"^Port {port} is taken by another program\.$"):
            async with PageServer(street, behind=behind, port=port):
                pass
        monkeypatch.setattr(serving, "PORT", port)
        async with PageServer(street, behind=behind) as second:
            assert second.url != first.url
    assert street.discord.world.listeners == []


async def test_it_closes_at_once_with_windows_open(street: Street) -> None:
    async with aiohttp.ClientSession() as http:
        async with PageServer(street, behind=Behind(street.world), port=0) as server:
            socket = await http.ws_connect(f"{server.url}/socket")
            await socket.receive()
            listening = asyncio.create_task(_last(socket))
        assert (await listening).data == aiohttp.WSCloseCode.GOING_AWAY
    assert street.discord.world.listeners == []


async def _last(socket: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
    while (frame := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
        pass
    return frame
