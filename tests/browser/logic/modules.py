"""The page's modules in a browser, without the page: functions of theirs are called with plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.async_api import Page

_BARE: Final = """<!doctype html><title>Modules</title><link rel="icon" href="data:,"><script type="importmap">
  {"imports": {"preact": "/static/vendor/preact.mjs", "preact/hooks": "/static/vendor/preact-hooks.mjs",
               "htm": "/static/vendor/htm.mjs"}}</script>"""

_CALL: Final = """
async ([module, name, given]) => {
  const found = await import(`/static/${module}.js`);
  return found[name](...given);
}
"""

_RUN: Final = """
async ([names, given]) => {
  const modules = await Promise.all(names.map((name) => import(`/static/${name}.js`)));
  return (SCRIPT)(Object.assign({}, ...modules), given);
}
"""


async def visit_bare(page: Page, url: str) -> None:
    """Go to a page of this server with nothing on it, from which its modules can be imported."""
    address = f"{url}/modules"
    await page.route(address, lambda route: route.fulfill(body=_BARE, content_type="text/html"))
    await page.goto(address)


@dataclass(frozen=True, slots=True)
class Modules:
    """The modules as one page has loaded them; what one remembers is remembered from test to test."""

    page: Page

    async def call(self, function: str, *given: Any) -> Any:
        """What a function gives: `call("commands.ranked", offered, "tra")`."""
        module, name = function.rsplit(".", 1)
        return await self.page.evaluate(_CALL, [module, name, list(given)])

    async def run(self, modules: str, script: str, given: Any = None) -> Any:
        """What a function written here gives for everything that some modules export, and a value."""
        return await self.page.evaluate(_RUN.replace("SCRIPT", script), [modules.split(), given])
