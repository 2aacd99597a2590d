"""One page for all tests of the client's logic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.browser.conftest import Sandbox
from tests.browser.logic.modules import Modules, visit_bare

if TYPE_CHECKING:
    from bot.sandbox.page.browser import Browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def modules(browser: Browser, unmanned: Sandbox) -> AsyncIterator[Modules]:
    """The client's modules; in the end nothing has gone wrong in their page."""
    async with browser.window() as (page, misdeeds):
        await visit_bare(page, unmanned.url)
        yield Modules(page)
        assert misdeeds.found == []
