"""What a window is told: the places and people a person sees, what is offered to them, messages and their ends.

Everything here is decided by who looks: nothing reaches a window that its person may not see.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol

from bot.sandbox.discord import Message, Person, abilities, client, wire_messages
from bot.sandbox.discord.kinds import CommandType
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.state import DM, THREAD, Channel, Guild, Post, User, can_see
from bot.sandbox.page import protocol
from bot.sandbox.page.protocol import Json
from bot.sandbox.page.street import Street

_log = logging.getLogger(__name__)

MOST_MESSAGES = 200
LOOK_EVERY = 0.2
"""Seconds between two looks at what happens without anybody saying so: time, and the bot's connection."""


class Onlooker(Protocol):
    """A window: who it looks as, and how it is told."""

    @property
    def person(self) -> Person: ...

    def tell(self, told: protocol.Told) -> None: ...


class Shown:
    """What happens in the world, told to every open window. Use it as an async context manager."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._discord = street.discord
        self._world = street.discord.world
        self._dismissed: set[int] = set()
        self._fresh: dict[int, Post] = {}
        self._watch: asyncio.Task[None] | None = None
        self.windows: set[Onlooker] = set()

    async def __aenter__(self) -> Shown:
        self._world.listeners.append(self._happened)
        self._watch = asyncio.create_task(self._look_about())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._world.listeners.remove(self._happened)
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch

    # What can be looked at.

    def world(self, who: User) -> protocol.WorldTold:
        """All places and people, for this person."""
        bot = self._world.bot
        return protocol.WorldTold(
            me=str(who.id),
            people=[
                protocol.PersonShown(
                    id=str(each.person.id),
                    name=each.person.name,
                    about=each.about,
                    installed=each.person.user.installed,
                    dms=each.person.user.dms_open,
                )
                for each in self._street.residents
            ],
            app=self._member(bot),
            everyone={str(each.id): each.name for each in self._world.users.values()},
            guilds=[self._guild(each, who) for each in self._world.guilds.values() if who.id in each.members],
            private=[
                self._channel(each, who) for each in self._world.private.values() if who in each.recipients
            ],
            now=self._world.clock.time(),
            cdn=f"http://{self._discord.cdn_host}",
        )

    def messages(self, who: User, channel: Channel) -> list[Json]:
        """The newest messages that this person sees in a channel, oldest first."""
        posts = sorted(channel.posts.values(), key=lambda each: each.id)
        seen = [each for each in posts if self.sees(who, each)]
        return [self._message(each, who) for each in seen[-MOST_MESSAGES:]]

    def commands(self, who: User, channel: Channel) -> list[Json]:
        """The slash commands and menu commands that this person is offered in a channel."""
        offered = [client.available(self._world, who, channel, kind=kind) for kind in CommandType]
        return [command for of_kind in offered for command, _ in of_kind]

    def sees(self, who: User, post: Post) -> bool:
        """Whether this person has a message on their screen."""
        return can_see(who, post) and post.id not in self._dismissed

    # What people do to their own screens.

    def dismiss(self, post: Post) -> None:
        """Take an ephemeral message off its person's screen for good."""
        self._dismissed.add(post.id)
        self._gone(post)

    def refresh(self) -> None:
        """Tell every window about places and people anew."""
        for window in self.windows:
            window.tell(self.world(window.person.user))

    # What happens.

    def _happened(self, kind: str, subject: Any) -> None:
        """Heard within the bot's own request, which must not suffer from a fault of the page."""
        try:
            self._pass_on(kind, subject)
        except Exception:
            _log.exception("the windows were not told of %s", kind)

    def _pass_on(self, kind: str, subject: Any) -> None:
        if isinstance(subject, Post):
            if kind == "MESSAGE_DELETE":
                self._gone(subject)
            else:
                self._written(subject, new=kind == "MESSAGE_CREATE")
        elif kind == "COMMANDS":
            for window in self.windows:
                window.tell(protocol.CommandsTold())
        elif kind != "ANSWERED":
            self.refresh()

    def _written(self, post: Post, *, new: bool) -> None:
        if post.ephemeral and not self._stale(post):
            self._fresh[post.id] = post
        else:
            self._fresh.pop(post.id, None)
        for window in self.windows:
            who = window.person.user
            if self.sees(who, post):
                window.tell(protocol.MessageTold(new=new, message=self._message(post, who)))

    def _gone(self, post: Post) -> None:
        self._fresh.pop(post.id, None)
        for window in self.windows:
            who = window.person.user
            seen = post.channel.permissions(who) & BITS["VIEW_CHANNEL"]
            if seen and (not post.ephemeral or post.shown_to is who):
                window.tell(protocol.GoneTold(channel=str(post.channel.id), message=str(post.id)))

    async def _look_about(self) -> None:
        before = self._unsaid()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = self._unsaid()
            if now != before:
                before = now
                self._happened("UNSAID", None)
            for post in [each for each in self._fresh.values() if self._stale(each)]:
                self._happened("MESSAGE_UPDATE", post)

    def _unsaid(self) -> tuple[bool, float]:
        """What nobody says when it changes: the bot's connection, and how far the clock was moved."""
        return self._discord.gateway.live, self._world.clock.moved

    # How it looks.

    def _message(self, post: Post, who: User) -> Json:
        body = wire_messages.message(self._world, post)
        if post.reference is not None:
            place, number = post.reference
            found = place.posts.get(number)
            if found is None or not self.sees(who, found):
                body["referenced_message"] = None
        return body | {"page": self._extras(post).model_dump()}

    def _extras(self, post: Post) -> protocol.MessageExtras:
        asked = None
        if post.command is not None and post.origin is not None:
            asked = protocol.AskedShown(user=post.origin["user"]["id"], name=post.command)
        return protocol.MessageExtras(stale=self._stale(post), asked=asked)

    def _stale(self, post: Post) -> bool:
        return Message(self._world, post).stale

    def _guild(self, guild: Guild, who: User) -> protocol.GuildShown:
        channels = [each for each in guild.channels.values() if each.may(who, "VIEW_CHANNEL")]
        channels.sort(key=lambda each: (each.position, each.id))
        return protocol.GuildShown(
            id=str(guild.id),
            name=guild.name,
            bot=guild.bot,
            channels=[self._channel(each, who) for each in channels],
            members=[self._member(each.user) for each in guild.members.values()],
            roles=[protocol.RoleShown(id=str(each.id), name=each.name) for each in guild.roles],
        )

    def _member(self, user: User) -> protocol.MemberShown:
        online = self._discord.gateway.live if user is self._world.bot else True
        return protocol.MemberShown(id=str(user.id), name=user.name, bot=user.bot, online=online)

    def _channel(self, channel: Channel, who: User) -> protocol.ChannelShown:
        others = [each for each in channel.recipients if each is not who]
        name = others[0].name if channel.type == DM and others else channel.name
        writes = abilities.may_write(who, channel)
        return protocol.ChannelShown(
            id=str(channel.id),
            type=channel.type,
            name=name,
            parent=str(channel.parent.id) if channel.type == THREAD and channel.parent else None,
            topic=channel.topic,
            nsfw=channel.age_restricted,
            locked=channel.locked,
            recipients=[str(each.id) for each in others],
            may=protocol.May(
                write=writes,
                attach=writes and channel.may(who, "ATTACH_FILES"),
                run=abilities.may_run(who, channel),
                moderate=abilities.may_moderate(who, channel),
                thread=abilities.may_start_thread(who, channel),
            ),
            size=self._world.file_limit(who, channel.guild),
        )
