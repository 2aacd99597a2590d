"""The built image, once for all who look at it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.process import ROOT
from tests.integration.deployment.image import Image, NoSuchPython, build


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """Outside of pytest's own folder, into which no other user may look."""
    folder = Path(tempfile.mkdtemp(prefix="easel-image-"))
    folder.chmod(0o755)
    try:
        yield build(ROOT, folder)
    except NoSuchPython as version:
        pytest.skip(f"there is no Python {version} here to build the image with")
    finally:
        shutil.rmtree(folder)
