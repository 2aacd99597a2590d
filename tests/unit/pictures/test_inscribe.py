"""How a picture was made stands in its file, and nothing else about it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from bot.pictures import inscribe

WORDS = "ein Kätzchen, 猫\nSteps: 25, Seed: 4242"


def png(path: Path, **said: str) -> Path:
    info = PngImagePlugin.PngInfo()
    for name, text in said.items():
        info.add_text(name, text)
    Image.effect_noise((64, 48), 50).convert("RGB").save(path, "PNG", pnginfo=info)
    return path


def test_a_png_tells_how_it_was_made_and_keeps_its_pixels(tmp_path: Path) -> None:
    path = png(tmp_path / "a.image", Software="a painter")
    with Image.open(path) as before:
        pixels = before.tobytes()
    assert inscribe(path, WORDS)
    with Image.open(path) as after:
        assert after.tobytes() == pixels
        assert after.info["parameters"] == WORDS
        assert after.info["Software"] == "a painter"


def test_what_was_written_before_is_replaced(tmp_path: Path) -> None:
    path = png(tmp_path / "a.png", parameters="of somebody else")
    assert inscribe(path, "first")
    assert inscribe(path, WORDS)
    with Image.open(path) as after:
        assert after.info["parameters"] == WORDS
    assert path.read_bytes().count(b"parameters") == 1


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_formats_are_left_as_they_are(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.image"
    Image.new("RGB", (8, 8), "red").save(path, kind)
    before = path.read_bytes()
    assert not inscribe(path, WORDS)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [0, 7, 20, 40, -20])
def test_a_damaged_file_is_left_as_it_is(kept: int, tmp_path: Path) -> None:
    path = png(tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:kept])
    before = path.read_bytes()
    assert not inscribe(path, WORDS)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]
