"""The judges are judged: each catches what is broken in a page made for it, and has nothing against a good one."""

from __future__ import annotations

import base64
import io
from types import ModuleType

import pytest
from PIL import Image

from tests.browser.conftest import Windows


def _picture(width: int, height: int) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


_WIDE = _picture(80, 40)
_LONG = "a sentence that is much longer than the narrow place that was left for it"

_PAGE = """<!doctype html>
<html lang="en"><head><title>A page</title><style>
  body {{ margin: 0; font: 16px/1.4 sans-serif; color: #222; background: #fff; }}
  main {{ padding: 16px; }}
  button, input {{ min-height: 40px; min-width: 40px; font: inherit; }}
</style></head><body><main><h1>A page</h1>{}</main></body></html>"""

_GOOD = f"""
  <p>Some words, <a href="#there">a link in them</a>, and more words than go into one line of a narrow window.</p>
  <p style="width: 120px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis" title="{_LONG}">{_LONG}</p>
  <pre tabindex="0" style="width: 120px; overflow: auto">{_LONG}</pre>
  <div style="height: 60px; overflow-y: auto" tabindex="0"><p>one</p><p>two</p><p>three</p><button>Four</button></div>
  <p>Below what scrolls.</p>
  <div style="position: relative"><button>Open</button>
    <ul role="menu" aria-label="Colours" style="position: absolute; top: 0; left: 0; margin: 0; background: #fff">
      <li role="menuitem" tabindex="-1" style="padding: 6px">Red</li></ul></div>
  <div style="width: 60px; overflow: hidden"><span class="visually-hidden" style="position: absolute; width: 1px;
    height: 1px; overflow: hidden; white-space: nowrap">{_LONG}</span></div>
  <img src="{_WIDE}" alt="A teal field" width="80" height="40">
  <img src="{_WIDE}" alt="Another" style="width: 50px; height: 50px; object-fit: cover">
  <label>A field <input placeholder="of few words"></label>
  <p style="background: #f5f5f5"><b style="color: #767676; background: #fff">enough</b></p>
  <p style="font-size: 24px; color: #949494">enough, so large</p><button disabled style="color: #ccc">Off</button>
  <div style="transform: translateX(-400px); position: absolute; visibility: hidden">A drawer that is closed</div>
"""

_BROKEN = [
    # judge, what is broken, what the complaint says
    ("overflowing", f'<p style="white-space: nowrap; width: 90px">{_LONG}</p>', "holds"),
    ("overflowing", '<div style="width: 2000px">wide</div>', "the page is 2016 px wide"),
    ("overflowing", f'<p style="white-space: nowrap; width: 90px; overflow: hidden">{_LONG}</p>', "holds"),
    ("overflowing", '<div style="width: 50px; overflow: hidden"><button>Illustrations</button></div>', "holds"),
    ("overflowing", f'<div style="width: 90px; overflow: auto">{_LONG.replace(" ", "_")}</div>', "holds"),
    (
        "overflowing",
        f'<p style="width: 90px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">{_LONG}</p>',
        "holds",
    ),
    ("overflowing", f'<pre style="width: 90px; overflow: auto">{_LONG}</pre>', "holds"),  # no key gets there
    (
        "overflowing",
        '<div style="width: 90px; position: relative"><b style="position: absolute; left: 80px">out</b></div>',
        "holds",
    ),
    ("cut", f'<p style="width: 90px; height: 30px; overflow: hidden">{_LONG}</p>', "is cut by <p>"),
    ("cut", '<div style="height: 20px; overflow: hidden"><button>Press</button></div>', "is cut by <div>"),
    ("cut", '<p style="margin-left: -40px">Left of the window</p>', "is cut by the window’s edge"),
    ("cut", '<button style="position: fixed; right: -20px">Half</button>', "is cut by the window’s edge"),
    ("cut", f'<input aria-label="field" style="width: 90px" placeholder="{_LONG}">', "no room for its hint"),
    ("overlapping", '<p>one</p><p style="margin-top: -30px">two</p>', "“one” and <p> “two” lie over each other"),
    ("overlapping", '<p>words <button style="margin-left: -30px">Press</button></p>', ""),
    (
        "overlapping",
        '<button>One</button><button style="position: relative; left: -15px">Two</button>',
        "“One” and <button> “Two”",
    ),
    ("unloaded", '<img src="data:image/png;base64,AAAA" alt="A cat" width="9" height="9">', "“A cat” data:image"),
    ("unloaded", f'<img src="{_WIDE}" alt="A cat" width="40" height="40">', "is distorted"),
    ("cramped", '<button style="min-height: 0; min-width: 0; width: 20px; height: 20px">×</button>', "20×20"),
    ("cramped", '<div><a href="#x" style="display: block; height: 18px">A row</a></div>', "×18"),
    ("faint", '<p style="color: #999">too pale</p>', "has a contrast of 2.85, less than 4.5"),
    ("faint", '<div style="background: #345"><p style="background: #fff8; color: #0006">too pale</p></div>', "less"),
    ("faint", '<p style="opacity: 0.4">too pale</p>', "less than 4.5"),
    ("faint", '<h2 style="font-size: 24px; color: #aaa">too pale even so large</h2>', "less than 3"),
]  # fmt: skip


_LIGHTBOX = """<style>dialog {{ background: none; border: 0; color: #fff }} dialog::backdrop {{ background: #000{} }}
  </style><dialog aria-label="Picture"><p>A caption</p></dialog>"""


@pytest.fixture
def judges() -> ModuleType:
    """Imported late, because it needs Playwright."""
    pytest.importorskip("playwright")
    from tests.browser import judges

    return judges


@pytest.mark.parametrize("width", [1280, 390])
async def test_nobody_complains_of_a_good_page(window: Windows, judges: ModuleType, width: int) -> None:
    async with window(width=width) as page:
        await page.set_content(_PAGE.format(_GOOD))
        assert await judges.looks_well(page.locator("body")) == []
        assert await judges.inaccessible(page) == []


async def test_each_judge_catches_what_is_broken(window: Windows, judges: ModuleType) -> None:
    missed = []
    async with window() as page:
        for judge, broken, says in _BROKEN:
            await page.set_content(_PAGE.format(broken))
            complaints = await judges.looks_well(page.locator("body"), judge)
            if not any(says in each for each in complaints):
                missed.append((judge, broken, complaints))
    assert missed == []


@pytest.mark.parametrize(("shade", "complaints"), [("b", 0), ("2", 1)])
async def test_words_over_the_shade_of_a_dialog_are_read_against_it(
    window: Windows, judges: ModuleType, shade: str, complaints: int
) -> None:
    async with window() as page:
        await page.set_content(_PAGE.format(_LIGHTBOX.format(shade)))
        await page.evaluate("document.querySelector('dialog').showModal()")
        assert len(await judges.looks_well(page.locator("dialog"), "faint")) == complaints


async def test_a_part_of_a_page_is_judged_alone(window: Windows, judges: ModuleType) -> None:
    async with window() as page:
        await page.set_content(
            _PAGE.format("<p>fine</p><div><button style='height: 9px; min-height: 0'>x</button></div>")
        )
        assert await judges.looks_well(page.locator("p")) == []
        assert len(await judges.looks_well(page.locator("div"))) == 1


async def test_on_a_narrow_screen_what_is_pressed_must_be_larger(window: Windows, judges: ModuleType) -> None:
    button = "<button style='min-height: 0; height: 32px'>Cancel</button>"
    for width, complaints in ((1280, 0), (390, 1)):
        async with window(width=width) as page:
            await page.set_content(_PAGE.format(button))
            assert len(await judges.looks_well(page.locator("main"))) == complaints


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ('<p style="color: #999">too pale</p>', "color-contrast"),
        (f'<img src="{_WIDE}">', "image-alt"),
        ('<button aria-label=""></button>', "button-name"),
        ("<input>", "label"),
        ('<div role="listbox" aria-label="l"><p>no option</p></div>', "aria-required-children"),
    ],
)
async def test_axe_catches_what_is_inaccessible(
    window: Windows, judges: ModuleType, broken: str, rule: str
) -> None:
    async with window() as page:
        await page.set_content(_PAGE.format(broken))
        complaints = await judges.inaccessible(page)
        assert [each for each in complaints if each.startswith(rule)], complaints
        assert await judges.inaccessible(page, within="h1") == []
        if rule == "color-contrast":
            assert await judges.inaccessible(page, contrast=False) == []
