"""What exists in this Discord: users, servers, channels, threads, messages, files, the application.

Nothing here knows JSON, HTTP or the gateway: `World.tell` names what happened and the server translates it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.sandbox.clock import SandboxClock
from bot.sandbox.discord.links import Links
from bot.sandbox.discord.media import Facts
from bot.sandbox.discord.permissions import BITS, EVERYONE, EVERYTHING, bits, combined
from bot.sandbox.discord.pulse import Pulse

EPOCH = 1420070400000
MEBIBYTE = 1 << 20

TEXT, DM, GROUP, THREAD = 0, 1, 3, 11
"""Channel types."""

SUPPRESS_EMBEDS, EPHEMERAL, LOADING, V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 15
"""Message flags."""


class Someone(Protocol):
    """A user, or a person who is one."""

    @property
    def user(self) -> User: ...


@dataclass(slots=True, eq=False)
class User:
    """An account. `installed`: carries the app with them; `nitro`: may upload 500 MiB."""

    id: int
    name: str
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"
    nitro: bool = False
    installed: bool = False

    @property
    def user(self) -> User:
        return self


@dataclass(slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 0


@dataclass(slots=True)
class Member:
    user: User
    joined: float
    roles: list[Role] = field(default_factory=list)


@dataclass(slots=True)
class Overwrite:
    """What one role or member is denied and allowed in one channel."""

    target: int
    is_member: bool
    deny: int = 0
    allow: int = 0


@dataclass(slots=True, eq=False)
class Upload:
    """A file on the CDN. `path` is where it lies there."""

    id: int
    path: str
    filename: str
    data: bytes = field(repr=False)
    facts: Facts
    description: str | None = None
    ephemeral: bool = False


@dataclass(slots=True, eq=False)
class Post:
    """A message as it is stored; `components` and `embeds` still name files by `attachment://`. `command`: what the
    person ran, where this is the first answer to it.
    """

    id: int
    channel: Channel
    author: User
    created: float
    type: int = 0
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_everyone: bool = False
    reference: tuple[Channel, int] | None = None
    shown_to: User | None = None
    via: int | None = None
    origin: dict[str, Any] | None = None
    owners: dict[str, str] | None = None
    command: str | None = None
    edits: list[float] = field(default_factory=list)
    token_until: float | None = None
    deleted: bool = False

    def __repr__(self) -> str:
        return f"<Post {self.id} by {self.author.name}>"

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)


@dataclass(slots=True, eq=False)
class Channel:
    """A text channel, thread, DM or group."""

    world: World
    id: int
    type: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    topic: str | None = None
    nsfw: bool = False
    archived: bool = False
    locked: bool = False
    position: int = 0
    owner: User | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    deleted: bool = False
    archived_at: float = 0.0

    def __repr__(self) -> str:
        return f"<Channel {self.name or self.id}>"

    @property
    def age_restricted(self) -> bool:
        return (self.parent or self).nsfw

    def thread(self, name: str, *, owner: User | None = None) -> Channel:
        """Start a public thread in this channel; the server's owner does it when nobody is given."""
        if self.guild is None or self.type == THREAD:
            raise ValueError("threads grow only in a server's text channels")
        thread = Channel(
            self.world,
            self.world.snowflake(),
            THREAD,
            name,
            self.guild,
            parent=self,
            owner=owner or self.guild.owner,
        )
        thread.archived_at = self.world.clock.time()
        self.guild.channels[thread.id] = thread
        self.world.tell("THREAD_CREATE", thread)
        return thread

    def archive(self, *, archived: bool = True) -> None:
        """Archive this thread; anyone who may write in it wakes it again."""
        self.archived = archived
        self.archived_at = self.world.clock.time()
        self.world.tell("THREAD_UPDATE", self)

    def lock(self, *, locked: bool = True) -> None:
        """Lock (and archive) this thread; only MANAGE_THREADS may go on in it."""
        self.locked = locked
        self.archive(archived=locked)

    def permissions(self, user: User) -> int:
        """What `user` may do here; 0 for a server channel they cannot see."""
        if self.guild is None:
            return EVERYTHING if user in self.recipients else 0
        member = self.guild.members.get(user.id)
        if member is None:
            return 0
        if user is self.guild.owner:
            return EVERYTHING
        base = self.guild.everyone.permissions
        for role in member.roles:
            base |= role.permissions
        overwrites = (self.parent or self).overwrites
        targets = [self.guild.id, *(role.id for role in member.roles), user.id]
        found = [overwrites[target] for target in targets if target in overwrites]
        return combined(base=base, overwrites=[(each.deny, each.allow) for each in found])

    def may(self, user: User, *names: str) -> bool:
        """Whether `user` has all the named permissions here."""
        wanted = bits(*names)
        return self.permissions(user) & wanted == wanted


@dataclass(slots=True, eq=False)
class Guild:
    """A server. `bot`: the bot is a member of it."""

    world: World
    id: int
    name: str
    owner: User
    bot: bool
    tier: int
    everyone: Role
    roles: list[Role] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Guild {self.name}>"

    @property
    def file_limit(self) -> int:
        """Bytes a file may have by the server's boosts (discord-platform §7)."""
        return {2: 50, 3: 100}.get(self.tier, 10) * MEBIBYTE

    def text_channel(self, name: str, *, topic: str | None = None, nsfw: bool = False) -> Channel:
        """Open a text channel; its `topic` says what it is for."""
        channel = Channel(
            self.world,
            self.world.snowflake(),
            TEXT,
            name,
            self,
            topic=topic,
            nsfw=nsfw,
            position=len(self.channels),
        )
        self.channels[channel.id] = channel
        self.world.tell("CHANNEL_CREATE", channel)
        return channel

    def deny(self, channel: Channel, *permissions: str, who: Someone | None = None) -> None:
        """Take permissions in `channel` from `who` (the bot when not given), named as Discord names them.
        A thread has those of its channel.
        """
        overwrite = self._overwrite(channel, who)
        overwrite.deny |= bits(*permissions)
        overwrite.allow &= ~bits(*permissions)
        self.world.tell("CHANNEL_UPDATE", channel)

    def allow(self, channel: Channel, *permissions: str, who: Someone | None = None) -> None:
        """Give permissions in `channel` to `who` (the bot when not given)."""
        overwrite = self._overwrite(channel, who)
        overwrite.allow |= bits(*permissions)
        overwrite.deny &= ~bits(*permissions)
        self.world.tell("CHANNEL_UPDATE", channel)

    def grant(self, who: Someone, *permissions: str, name: str | None = None) -> Role:
        """Give `who` a new role with these permissions in the whole server."""
        member = self.join(who)
        called = name or f"role of {who.user.name}"
        role = Role(self.world.snowflake(), called, bits(*permissions), len(self.roles) + 1)
        self.roles.append(role)
        member.roles.append(role)
        self.world.tell("GUILD_ROLE_CREATE", (self, role))
        return role

    def join(self, who: Someone) -> Member:
        """Make `who` a member (nothing changes for one who is)."""
        user = who.user
        if user.id not in self.members:
            self.members[user.id] = Member(user, self.world.clock.time())
            self.world.tell("GUILD_MEMBER_ADD", (self, user))
        return self.members[user.id]

    def leave(self, who: Someone) -> None:
        """`who` is no longer a member; for the bot this is being thrown out."""
        self.members.pop(who.user.id, None)
        if who.user is self.world.bot:
            self.bot = False
            self.world.tell("GUILD_DELETE", self)
        else:
            self.world.tell("GUILD_MEMBER_REMOVE", (self, who.user))

    def delete(self, channel: Channel) -> None:
        """Delete a channel or thread with everything in it."""
        self.channels.pop(channel.id, None)
        channel.deleted = True
        for thread in [each for each in self.channels.values() if each.parent is channel]:
            self.delete(thread)
        kind = "THREAD_DELETE" if channel.type == THREAD else "CHANNEL_DELETE"
        self.world.tell(kind, channel)

    def _overwrite(self, channel: Channel, who: Someone | None) -> Overwrite:
        user = self.world.bot if who is None else who.user
        return (channel.parent or channel).overwrites.setdefault(user.id, Overwrite(user.id, True))


class World:
    """Everything that exists, by id. `observer` hears what changes and tells the bot; `listeners` only listen, and
    `pulse` wakes those who wait for it.
    """

    def __init__(self, *, clock: SandboxClock) -> None:
        self.clock = clock
        self.links = Links(clock=clock)
        self.pulse = Pulse()
        self.observer: Callable[[str, Any], None] = lambda kind, subject: None
        self.listeners: list[Callable[[str, Any], None]] = []
        self._count = 0
        self.application_id = self.snowflake()
        self.verify_key = secrets.token_hex(32)
        self.bot = User(self.application_id, "easel", bot=True)
        self.developer = User(self.snowflake(), "developer")
        self.token = f"sandbox.{secrets.token_urlsafe(24)}"
        self.users: dict[int, User] = {self.bot.id: self.bot, self.developer.id: self.developer}
        self.guilds: dict[int, Guild] = {}
        self.private: dict[int, Channel] = {}
        self.uploads: dict[int, Upload] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        self.laconic = False
        """Callbacks are answered with what the description requires and nothing more."""
        self.creates: dict[int | None, list[float]] = {}

    def snowflake(self) -> int:
        """A new id whose time is the clock's."""
        self._count += 1
        return (int(self.clock.time() * 1000) - EPOCH) << 22 | (self._count & 0x3FFFFF)

    def tell(self, kind: str, subject: Any) -> None:
        """Something happened: `kind` is the gateway's word for it."""
        self.observer(kind, subject)
        for listener in self.listeners:
            listener(kind, subject)
        self.pulse.beat()

    def user(self, name: str, *, dms_open: bool = True, locale: str = "en-US") -> User:
        """A new account."""
        user = User(self.snowflake(), name, dms_open=dms_open, locale=locale)
        self.users[user.id] = user
        return user

    def guild(self, name: str, *, bot: bool, tier: int) -> Guild:
        """A new server with no channels; the bot is a member if `bot`."""
        if tier not in range(4):
            raise ValueError("a server's boost tier is 0 to 3")
        owner = self.user(f"owner of {name}")
        guild_id = self.snowflake()
        guild = Guild(self, guild_id, name, owner, bot, tier, Role(guild_id, "@everyone", EVERYONE))
        guild.join(owner)
        self.guilds[guild_id] = guild
        if bot:
            guild.join(self.bot)
            self.tell("GUILD_CREATE", guild)
        return guild

    def dm(self, user: User, other: User | None = None) -> Channel:
        """The one DM channel of two accounts (the bot is the other one when not given), opened when new."""
        pair = [user, other or self.bot]
        for channel in self.private.values():
            if channel.type == DM and {each.id for each in channel.recipients} == {each.id for each in pair}:
                return channel
        channel = Channel(self, self.snowflake(), DM, recipients=pair)
        self.private[channel.id] = channel
        self.tell("CHANNEL_CREATE", channel)
        return channel

    def group(self, *users: User, name: str = "group") -> Channel:
        """A new group DM; bots cannot be in one."""
        channel = Channel(
            self, self.snowflake(), GROUP, name, recipients=list(users), owner=users[0] if users else None
        )
        self.private[channel.id] = channel
        self.tell("CHANNEL_CREATE", channel)
        return channel

    def channel(self, channel_id: int) -> Channel | None:
        """Any channel by its id; None when there is none or it was deleted."""
        if channel_id in self.private:
            return self.private[channel_id]
        for guild in self.guilds.values():
            if channel_id in guild.channels:
                return guild.channels[channel_id]
        return None

    def channels(self) -> Iterator[Channel]:
        """Every channel there is."""
        yield from self.private.values()
        for guild in self.guilds.values():
            yield from guild.channels.values()

    def shares_guild(self, user: User) -> bool:
        """Whether the bot and `user` are members of one server."""
        return any(guild.bot and user.id in guild.members for guild in self.guilds.values())

    def file_limit(self, user: User, guild: Guild | None) -> int:
        """`attachment_size_limit`: the larger of the user's and the server's limit, in bytes."""
        own = (500 if user.nitro else 10) * MEBIBYTE
        return max(own, guild.file_limit if guild else 0)

    def instant(self, seconds: float) -> str:
        """Unix seconds as Discord writes them."""
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def can_see(user: User, post: Post) -> bool:
    """Whether `user` sees `post`: it stands, in a channel they see, and is not somebody else's ephemeral."""
    if post.deleted or post.channel.deleted:
        return False
    if post.ephemeral and post.shown_to is not user:
        return False
    return bool(post.channel.permissions(user) & BITS["VIEW_CHANNEL"])
