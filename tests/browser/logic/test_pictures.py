"""How pictures and the fields of embeds are laid out, how they are named, and which may be asked for."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.browser.logic.modules import Modules

CDN: Final = "http://127.0.0.1:4000"


@pytest.mark.parametrize(
    ("count", "rows"),
    [
        (1, [1]),
        (2, [2]),
        (4, [2, 2]),
        (5, [2, 3]),
        (6, [3, 3]),
        (7, [1, 3, 3]),
        (8, [2, 3, 3]),
        (9, [3, 3, 3]),
        (10, [1, 3, 3, 3]),
    ],
)
async def test_pictures_fill_the_rows_of_their_mosaic(modules: Modules, count: int, rows: list[int]) -> None:
    spans = await modules.call("message-pictures.columns", count)
    assert spans == [6 // row for row in rows for _ in range(row)]


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((100, 50), ("100px", "100 / 50")),
        ((1100, 550), ("550px", "1100 / 550")),
        ((512, 1024), ("175px", "512 / 1024")),
        ((1, 5000), ("1px", "1 / 5000")),
        ((None, None), ("320px", "16 / 9")),
        ((0, 0), ("320px", "16 / 9")),
    ],
)
async def test_a_picture_is_made_to_fit_but_never_larger(
    modules: Modules, size: tuple[int | None, int | None], box: tuple[str, str]
) -> None:
    found = await modules.call("message-pictures.fitted", {"width": size[0], "height": size[1]})
    assert (found["width"], found["aspectRatio"]) == box


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1:4000/attachments/1/2/cat.png?ex=1&is=2", "cat.png"),
        ("https://example.org/a%20cat.png#top", "a cat.png"),
        ("https://example.org/100%.png", "100%.png"),
        ("https://example.org/?q=/cat.png", ""),
    ],
)
async def test_what_is_at_an_address_is_named_by_its_last_part(modules: Modules, url: str, name: str) -> None:
    assert await modules.call("message-pictures.nameIn", url) == name


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (f"{CDN}/attachments/1/2/cat.png", True),
        ("/samples/cat.png", True),
        ("blob:http://127.0.0.1/1-2-3", True),
        ("data:image/png;base64,AAAA", True),
        ("data:text/html,<p>no", False),
        ("http://127.0.0.1:4001/cat.png", False),
        ("http://127.0.0.1:4000@example.org/cat.png", False),
        ("https://example.org/cat.png", False),
        ("//example.org/cat.png", False),
        ("javascript:alert(1)", False),
        ("http://[", False),
    ],
)
async def test_only_the_pages_own_pictures_and_the_sandboxs_are_asked_for(
    modules: Modules, url: str, allowed: bool
) -> None:
    assert await modules.call("message-pictures.within", url, CDN) is allowed


async def test_before_the_sandbox_is_known_no_picture_of_another_origin_is_asked_for(
    modules: Modules,
) -> None:
    assert await modules.call("message-pictures.within", f"{CDN}/cat.png", None) is False


@pytest.mark.parametrize(
    ("fields", "widths"),
    [
        ("", []),
        ("-", [12]),
        ("i", [12]),
        ("ii", [6, 6]),
        ("iii", [4, 4, 4]),
        ("iiii", [4, 4, 4, 12]),
        ("iiiii", [4, 4, 4, 6, 6]),
        ("i-ii-", [12, 12, 6, 6, 12]),
    ],
)
async def test_fields_in_line_share_a_row_by_up_to_three(
    modules: Modules, fields: str, widths: list[int]
) -> None:
    given: list[Any] = [{"inline": each == "i"} for each in fields]
    assert await modules.call("embeds.widths", given) == widths


async def test_the_colour_of_an_embed_keeps_its_leading_zeros(modules: Modules) -> None:
    assert await modules.call("embeds.colour", 0x00FF10) == "#00ff10"


async def test_folders_among_dropped_files_are_left_out(modules: Modules) -> None:
    script = """({ filesOf }) => {
      const folder = { kind: "file", webkitGetAsEntry: () => ({ isDirectory: true }) };
      const file = { kind: "file", webkitGetAsEntry: () => ({ isDirectory: false }) };
      const items = [{ kind: "string" }, folder, file, { kind: "file" }];
      return filesOf({ items, files: ["folder", "a.png", "b.png"] });
    }"""
    assert await modules.run("drops", script) == ["a.png", "b.png"]
    assert await modules.run("drops", "({ filesOf }) => filesOf(null)") == []
