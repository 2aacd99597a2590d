"""What hangs in the gallery, section by section.

Its messages are written once, into a world of their own, and told anew whenever somebody looks (their links live for a
day). Nothing in it reaches a bot. The page is `static/gallery.js`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.sandbox.discord.state import World
from bot.sandbox.discord.wire import Json
from bot.sandbox.page.gallery import cards, forms, parts, pictures, texts
from bot.sandbox.page.gallery.stage import Hung, Section, Stage, checked


@dataclass(frozen=True, slots=True)
class _Wall:
    """A section as it hangs. `group` is the heading that it stands below."""

    group: str
    section: Section
    hung: list[Hung]


class Gallery:
    """What `GET /gallery.json` answers, for the world whose CDN serves its files."""

    def __init__(self, world: World) -> None:
        self._stage = Stage(world)
        self._walls: list[_Wall] = []
        self._hanging = asyncio.Lock()

    async def told(self) -> Json:
        """Everything, with fresh links.

        `{"world": WorldTold, "place": Id, "sections": [{"id", "group", "title", "about", "messages", "forms"}]}`; a
        message is `{"caption", "message", "grouped", "busy": [custom_id], "failure"}`, a form `{"name", "caption",
        "modal"}`.
        """
        async with self._hanging:
            if not self._walls:
                self._walls = await self._hung()
        return {
            "world": self._stage.told().model_dump(mode="json"),
            "place": str(self._stage.room.id),
            "sections": [self._told(wall) for wall in self._walls],
        }

    async def _hung(self) -> list[_Wall]:
        files = await asyncio.to_thread(pictures.files)
        stage = self._stage
        groups = {
            "Messages": texts.sections(stage),
            "Components": [*parts.sections(stage), *forms.sections(stage)],
            "Easel": await cards.sections(stage),
        }
        return [
            _Wall(group, section, stage.hang(section.sketches, files=files))
            for group, sections in groups.items()
            for section in sections
        ]

    def _told(self, wall: _Wall) -> Json:
        section = wall.section
        return {
            "id": section.id,
            "group": wall.group,
            "title": section.title,
            "about": section.about,
            "messages": [
                {
                    "caption": hung.sketch.caption,
                    "message": self._stage.message(hung),
                    "grouped": hung.sketch.grouped,
                    "busy": list(hung.sketch.busy),
                    "failure": hung.sketch.failure,
                }
                for hung in wall.hung
            ],
            "forms": [
                {"name": form.name, "caption": form.caption, "modal": checked(form)} for form in section.forms
            ],
        }
