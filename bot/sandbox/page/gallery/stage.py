"""Where the gallery's messages are written: a world beside the one that runs, whose files lie on the same CDN.

What is to be shown is a `Sketch` or a `Form`, as whoever sends it would send it; it passes the sandbox's checks like
anything that the bot sends. What the sketches are is in `texts`, `parts`, `forms` and `cards`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.discord import posting, wire_messages
from bot.sandbox.discord.bodies import IncomingFile
from bot.sandbox.discord.interactions import Interaction
from bot.sandbox.discord.kinds import Asked, Context
from bot.sandbox.discord.refusals import Form as Complaints
from bot.sandbox.discord.rules import modals as modal_rules
from bot.sandbox.discord.state import LOADING, MEBIBYTE, Post, World
from bot.sandbox.discord.wire import Json
from bot.sandbox.page.protocol import (
    AskedShown,
    ChannelShown,
    GuildShown,
    May,
    MemberShown,
    MessageExtras,
    PersonShown,
    RoleShown,
    WorldTold,
)

Author = Literal["easel", "ada", "bo"]
_LONG_AGO = 5000
"""Seconds; an ephemeral message of that age answers nobody."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A message that is to be shown: what its author sends, and what became of it afterwards.

    `files` are names of the gallery's pictures and other files, under the names that the message gives them.
    `command` is what it answers; `private`: for one pair of eyes. `busy` are buttons that wait for an answer, `failure`
    is what the page says under it.
    """

    caption: str
    body: Json
    files: Mapping[str, str] | None = None
    author: Author = "easel"
    command: str | None = None
    private: bool = False
    loading: bool = False
    edited: bool = False
    stale: bool = False
    grouped: bool = False
    replies_to: Literal["last", "gone"] | None = None
    busy: tuple[str, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is to be shown: `name` is its word in `form:<name>`, `modal` what a bot sends to open it."""

    name: str
    caption: str
    modal: Json


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the gallery. `about` is its sentence."""

    id: str
    title: str
    about: str
    sketches: tuple[Sketch, ...] = ()
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Hung:
    """A sketch with the message that it became."""

    sketch: Sketch
    post: Post


class Stage(World):
    """A world of its own that shares the clock, the ids and the CDN of the one that runs.

    Nobody of either can meet anybody of the other, and the bot hears nothing of it.
    """

    def __init__(self, world: World) -> None:
        self._running = world
        super().__init__(clock=world.clock)
        self.links = world.links
        self.bot.name = "Easel"
        self.ada, self.bo, self.cy = (self.user(name) for name in ("Ada", "Bo", "Cy"))
        self.atelier = self.guild("The Atelier", bot=True, tier=3)
        self.room = self.atelier.text_channel("gallery")
        self.paintings = self.atelier.text_channel("paintings")
        self.thread = self.room.thread("a lighthouse for mara", owner=self.ada)
        for who in (self.ada, self.bo, self.cy):
            self.atelier.join(who)
        self.managers = self.atelier.grant(self.bo, "MANAGE_MESSAGES", name="Managers")
        self.painters = self.atelier.grant(self.ada, "ATTACH_FILES", name="Painters")

    def snowflake(self) -> int:
        """The running world's next id: files of both are found by it."""
        return self._running.snowflake()

    def hang(self, sketches: Iterable[Sketch], *, files: Mapping[str, bytes]) -> list[Hung]:
        """Write messages in their order. `Refused` when Discord would not take one as it is."""
        hung: list[Hung] = []
        for sketch in sketches:
            post = self._written(sketch, files=files, last=hung[-1].post if hung else None)
            posting.publish(self, post)
            self._running.uploads |= {each.id: each for each in post.uploads}
            hung.append(Hung(sketch, post))
        return hung

    def message(self, hung: Hung) -> Json:
        """The message as the page is told of it, with fresh links."""
        sketch, post = hung.sketch, hung.post
        asked = None
        if sketch.command is not None:
            asked = AskedShown(user=str(self.ada.id), name=sketch.command)
        extras = MessageExtras(stale=sketch.stale, asked=asked)
        return wire_messages.message(self, post) | {"page": extras.model_dump(mode="json")}

    def told(self) -> WorldTold:
        """Places and people, as Ada's window is told of them."""
        may = May(write=True, attach=True, run=True, moderate=False, thread=True)
        places = [
            ChannelShown(
                id=str(each.id),
                type=each.type,
                name=each.name,
                parent=str(each.parent.id) if each.parent else None,
                may=may,
                size=self.file_limit(self.ada, self.atelier),
            )
            for each in self.atelier.channels.values()
        ]
        app = MemberShown(id=str(self.bot.id), name=self.bot.name, bot=True, online=True)
        people = [
            PersonShown(id=str(each.id), name=each.name, about=about, installed=True, dms=True)
            for each, about in (
                (self.ada, "paints"),
                (self.bo, "manages the server"),
                (self.cy, "is somebody else"),
            )
        ]
        members = [MemberShown(id=each.id, name=each.name, bot=False, online=True) for each in people]
        guild = GuildShown(
            id=str(self.atelier.id),
            name=self.atelier.name,
            bot=True,
            channels=places,
            members=[*members, app],
            roles=[RoleShown(id=str(each.id), name=each.name) for each in self.atelier.roles],
        )
        return WorldTold(
            me=str(self.ada.id),
            people=people,
            app=app,
            everyone={str(each.id): each.name for each in self.users.values()},
            guilds=[guild],
            private=[],
            now=self.clock.time(),
            cdn=f"http://{self.links.host}",
        )

    def _written(self, sketch: Sketch, *, files: Mapping[str, bytes], last: Post | None) -> Post:
        author = {"easel": self.bot, "ada": self.ada, "bo": self.bo}[sketch.author]
        if sketch.loading:
            post = Post(self.snowflake(), self.room, author, self.clock.time(), flags=LOADING)
        else:
            given = {
                n: IncomingFile(name, "", files[source])
                for n, (name, source) in enumerate((sketch.files or {}).items())
            }
            post = posting.compose(
                self,
                channel=self.room,
                author=author,
                body=sketch.body,
                files=given,
                limit=100 * MEBIBYTE,
                by_token=sketch.command is not None,
                shown_to=self.ada if sketch.private else None,
            )
        if sketch.command is not None:
            self._answers(post)
        if sketch.replies_to is not None:
            there = sketch.replies_to == "last" and last is not None
            post.type, post.reference = 19, (self.room, last.id if there and last else self.snowflake())
        if sketch.edited:
            post.edits.append(post.created)
        if sketch.stale:
            post.created -= _LONG_AGO
        return post

    def _answers(self, post: Post) -> None:
        """Make it the answer to a command, as the interactions' desk does."""
        asked = Interaction(
            self.snowflake(),
            "",
            Asked.COMMAND,
            self.ada,
            self.room,
            Context.GUILD,
            {"0": str(self.atelier.id)},
            post.created,
        )
        post.via, post.origin, post.owners, post.type = asked.id, asked.metadata(), asked.owners, 20


def checked(form: Form) -> Json:
    """The form's modal. `Refused` when Discord would not open it."""
    complaints = Complaints()
    modal_rules.check(complaints, ("data",), form.modal)
    complaints.settle()
    return form.modal
