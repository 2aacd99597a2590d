"""The people who use the bot: they run commands, press buttons, fill modals, and see what they may see.

What their client would not let them do raises `NotOffered` and reaches nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.sandbox.discord import abilities, client, payloads, posting, wire_messages
from bot.sandbox.discord import components as parts
from bot.sandbox.discord.abilities import NotOffered
from bot.sandbox.discord.bodies import IncomingFile
from bot.sandbox.discord.client import GivenFile
from bot.sandbox.discord.events import Event
from bot.sandbox.discord.exchange import Exchange
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.interactions import FIRST_ANSWER, Desk, Interaction
from bot.sandbox.discord.kinds import SELECTS, Asked, CommandType, OptionType, Part
from bot.sandbox.discord.state import Channel, Post, Someone, User, World, can_see
from bot.sandbox.discord.views import Message
from bot.sandbox.discord.wire import Json

Wanted = str | Callable[[Message], bool]


class NoAnswer(Exception):
    """The bot did not answer within three seconds where a person waits for choices."""


class Person:
    """A person, standing in a place (`at`); `dm` is the same person in their DM with the bot."""

    def __init__(
        self, world: World, desk: Desk, gateway: Gateway, user: User, place: Channel | None = None
    ) -> None:
        self._world = world
        self._desk = desk
        self._gateway = gateway
        self.user = user
        self._place = place

    def __repr__(self) -> str:
        where = self._place.name or self._place.type if self._place else "nowhere"
        return f"<Person {self.user.name} at {where}>"

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def place(self) -> Channel:
        """Where the person stands. NotOffered when they stand nowhere yet."""
        if self._place is None:
            raise NotOffered(f"{self.user.name} stands nowhere: use at(channel) or dm")
        return self._place

    def at(self, place: Channel | Person) -> Person:
        """The same person in another channel or thread; they join its server when they are no member."""
        channel = _channel(place)
        if channel.guild is not None:
            channel.guild.join(self)
        elif self.user not in channel.recipients:
            raise NotOffered(f"{self.user.name} is not part of this conversation")
        return Person(self._world, self._desk, self._gateway, self.user, channel)

    @property
    def dm(self) -> Person:
        """The same person in the DM with the bot."""
        return self.at(self._world.dm(self.user))

    def dm_with(self, other: Person) -> Person:
        """The same person in a DM with another person; the bot is not in it."""
        return self.at(self._world.dm(self.user, other.user))

    def group(self, *others: Person, name: str = "group") -> Person:
        """The same person in a new group DM."""
        return self.at(self._world.group(self.user, *(each.user for each in others), name=name))

    def installs(self, *, installed: bool = True) -> Person:
        """Carry the app along (user install), or take it off."""
        self.user.installed = installed
        return self

    def closes_dms(self, *, closed: bool = True) -> Person:
        """Take no more messages from bots, or take them again."""
        self.user.dms_open = not closed
        return self

    def nitro(self) -> Person:
        """Buy Nitro: files of up to 500 MiB."""
        self.user.nitro = True
        return self

    async def runs(self, command: str, /, **options: Any) -> Exchange:
        """Run a slash command (`"/train subject"`); files are Paths or (filename, bytes), users are Persons.

        Waits for the first answer, three real seconds at most. NotOffered for what cannot be sent.
        """
        found, owners, chain, known = client.find_command(self._world, self.user, self.place, command)
        given = client.Given(self._world, self.user, self.place)
        data = client.command_data(found, chain, client.command_options(given, known, options))
        if resolved := given.resolved():
            data["resolved"] = resolved
        name = " ".join(f"/{found['name']}" if each is found else each["name"] for each in (found, *chain))
        return await self._send(self._open(Asked.COMMAND, owners, command=name), data)

    async def types(self, command: str, option: str, text: str, /, **options: Any) -> list[Json]:
        """The choices offered while `text` stands in `option`. NoAnswer when none come in time."""
        found, owners, chain, known = client.find_command(self._world, self.user, self.place, command)
        focus = next((each for each in known if each["name"] == option), None)
        if focus is None or not focus.get("autocomplete"):
            raise NotOffered(f"{command} completes no option {option!r}")
        given = client.Given(self._world, self.user, self.place)
        others = [each for each in known if each is not focus]
        filled = client.half_filled(given, others, options)
        filled.append({"name": option, "type": focus["type"], "value": text, "focused": True})
        interaction = self._open(Asked.AUTOCOMPLETE, owners, focus=focus["type"])
        exchange = await self._send(interaction, client.command_data(found, chain, filled))
        if exchange.failed or interaction.choices is None:
            raise NoAnswer(f"no choices for {option} of {command} came in time")
        return interaction.choices

    async def menu(self, name: str, *, on: Message | Someone) -> Exchange:
        """Choose an app command of a message's or a person's context menu."""
        kind = CommandType.MESSAGE_MENU if isinstance(on, Message) else CommandType.USER_MENU
        found, owners, _, _ = client.find_command(self._world, self.user, self.place, name, kind=kind)
        target = on.id if isinstance(on, Message) else on.user.id
        data: Json = {"id": found["id"], "name": found["name"], "type": kind, "target_id": str(target)}
        if isinstance(on, Message):
            self._must_see(on)
            data["resolved"] = {"messages": {str(on.id): wire_messages.message(self._world, on.post)}}
        else:
            data["resolved"] = payloads.resolved(self._world, self.place.guild, users=[on.user])
        if "guild_id" in found:
            data["guild_id"] = found["guild_id"]
        return await self._send(self._open(Asked.COMMAND, owners, command=found["name"]), data)

    async def clicks(self, button: str, on: Message | None = None) -> Exchange:
        """Press a button, named by its label, custom_id or emoji; on the newest message here that has it when
        `on` is not given. NotOffered for disabled, invisible and stale ones.
        """
        return await self._press(on, lambda each: _is_button(each, button), button)

    async def presses(self, custom_id: str, on: Message) -> Exchange:
        """Press the button of `on` that has exactly this custom_id."""

        def fits(component: Json) -> bool:
            return component["type"] == Part.BUTTON and component.get("custom_id") == custom_id

        return await self._press(on, fits, custom_id)

    async def _press(self, on: Message | None, fits: Callable[[Json], bool], button: str) -> Exchange:
        shown, component = self._control(on, fits, f"button {button!r}")
        if component.get("url"):
            raise NotOffered(f"{button!r} is a link to {component['url']}")
        data = {"custom_id": component["custom_id"], "component_type": Part.BUTTON, "id": component["id"]}
        return await self._send(self._open(Asked.COMPONENT, self._owners(shown.post), post=shown.post), data)

    async def selects(
        self, values: Any, on: Message | None = None, *, custom_id: str | None = None
    ) -> Exchange:
        """Choose in a select menu: one or several options by value or label, or Persons, Roles or Channels."""
        wanted = list(values) if isinstance(values, list | tuple) else [values]

        def fits(component: Json) -> bool:
            if component["type"] not in SELECTS:
                return False
            if custom_id is not None:
                return bool(component["custom_id"] == custom_id)
            options = [each[key] for each in component.get("options") or [] for key in ("value", "label")]
            return not options or all(each in options for each in wanted)

        shown, component = self._control(on, fits, f"select with {client.in_words(wanted)}")
        if not component["min_values"] <= len(wanted) <= component["max_values"]:
            raise NotOffered(f"{component['min_values']} to {component['max_values']} can be chosen here")
        given = client.Given(self._world, self.user, self.place)
        data: Json = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        data["values"] = given.chosen(component, wanted, what="select")
        if resolved := given.resolved():
            data["resolved"] = resolved
        return await self._send(self._open(Asked.COMPONENT, self._owners(shown.post), post=shown.post), data)

    async def submits(self, exchange: Exchange, /, **fields: Any) -> Exchange:
        """Fill and submit the modal that `exchange` opened. Fields are named by custom_id or by their label (any
        case, `_` for a space); what is not given keeps what it was filled with. Files as in `runs`, in lists.
        """
        modal, trigger = exchange.modal, exchange.interaction
        if modal is None or trigger.user is not self.user:
            raise NotOffered("there is no modal on this person's screen")
        given = client.Given(self._world, self.user, self.place)
        data: Json = {
            "custom_id": modal.custom_id,
            "components": client.modal_components(given, modal.components, fields),
            "resolved": given.resolved(),
        }
        post = trigger.post if trigger.kind == Asked.COMPONENT else None
        interaction = self._open(
            Asked.MODAL, trigger.owners, post=post, trigger=trigger, place=trigger.channel
        )
        return await self._send(interaction, data)

    def form(self, interaction_id: int) -> Exchange:
        """What this person did that opened a form, for `submits`. NotOffered when it opened none for them."""
        found = self._desk.find(interaction_id)
        if found is None or found.modal is None or found.user is not self.user:
            raise NotOffered("this form is not on the screen any more")
        return Exchange(self._world, found, failed=False)

    async def says(self, content: str = "", *, files: Sequence[GivenFile] = ()) -> Message:
        """Write a message, with up to ten files."""
        named = [_named(each) for each in files]
        abilities.sendable(self._world, self.user, self.place, content, files=named)
        post = posting.compose(
            self._world,
            channel=self.place,
            author=self.user,
            body={"content": content},
            files={n: IncomingFile(name, "", data) for n, (name, data) in enumerate(named)},
            limit=self._world.file_limit(self.user, self.place.guild),
        )
        posting.publish(self._world, post)
        return Message(self._world, post)

    async def deletes(self, message: Message) -> None:
        """Delete one's own message, or another's with the permission for it."""
        if message.ephemeral_to is not None:
            raise NotOffered("a message that nobody else sees can only be dismissed")
        if message.author is not self.user and not abilities.may_moderate(self.user, message.channel):
            raise NotOffered("this is somebody else's message")
        posting.remove(self._world, message.post)

    def starts_thread(self, name: str) -> Channel:
        """Start a public thread here."""
        if not abilities.may_start_thread(self.user, self.place):
            raise NotOffered(f"{self.user.name} may start no thread here")
        if not 1 <= len(name := name.strip()) <= abilities.LONGEST_NAME:
            raise NotOffered(f"the name of a thread has 1 to {abilities.LONGEST_NAME} characters")
        return self.place.thread(name, owner=self.user)

    def messages(self, where: Channel | Person | None = None) -> list[Message]:
        """The messages this person sees here, or in `where`; oldest first."""
        channel = _channel(where) if where is not None else self.place
        posts = sorted(channel.posts.values(), key=lambda each: each.id)
        return [Message(self._world, each) for each in posts if can_see(self.user, each)]

    async def sees(
        self,
        wanted: Wanted,
        *,
        within: float = 30,
        where: Channel | Person | None = None,
        after: Message | None = None,
    ) -> Message:
        """Wait for a message that contains this text (or for which the predicate holds): the newest one, in
        `where` or, when that is not given, anywhere this person looks; newer than `after`.

        AssertionError, with what they do see, when it does not come within `within` seconds.
        """

        def look() -> Message | None:
            for message in self._visible(where):
                newer = after is None or message.id > after.id
                if newer and not message.loading and _fits(message, wanted):
                    return message
            return None

        found = await self._world.pulse.until(look, within=within)
        if found is None:
            seen = "\n".join(repr(each) for each in list(self._visible(where))[:8])
            raise AssertionError(
                f"{self.user.name} never saw {wanted!r} within {within} s; newest first:\n{seen}"
            )
        return found

    def _visible(self, where: Channel | Person | None) -> Iterable[Message]:
        channels = self._world.channels() if where is None else iter([_channel(where)])
        posts = [post for channel in channels for post in channel.posts.values() if can_see(self.user, post)]
        posts.sort(key=lambda each: each.id, reverse=True)
        return (Message(self._world, each) for each in posts)

    def _control(self, on: Message | None, fits: Callable[[Json], bool], what: str) -> tuple[Message, Json]:
        if on is not None:
            self._must_see(on)
        for message in [on] if on is not None else reversed(self.messages()):
            found = [each for each in parts.walk(message.post.components) if fits(each)]
            if not found:
                continue
            if message.stale:
                raise NotOffered(f"the message with the {what} was ephemeral and is gone from the screen")
            enabled = [each for each in found if not each.get("disabled")]
            if not enabled:
                raise NotOffered(f"the {what} is disabled")
            if message.loading:
                raise NotOffered(f"the message with the {what} is still loading")
            return message, enabled[0]
        labels = [each.label for message in self.messages() for each in message.buttons]
        raise NotOffered(f"{self.user.name} sees no {what}; there are the buttons {labels}")

    def _must_see(self, message: Message) -> None:
        if not can_see(self.user, message.post):
            raise NotOffered(f"{self.user.name} cannot see {message!r}")

    def _owners(self, post: Post) -> dict[str, str]:
        if post.owners is not None:
            return post.owners
        return payloads.owners(self._world, post.channel, self.user, [0, 1])

    def _open(
        self,
        kind: int,
        owners: dict[str, str],
        *,
        post: Post | None = None,
        trigger: Interaction | None = None,
        focus: int = OptionType.STRING,
        place: Channel | None = None,
        command: str | None = None,
    ) -> Interaction:
        channel = place or (post.channel if post is not None else self.place)
        return self._desk.open(
            kind=kind,
            who=self.user,
            channel=channel,
            context=payloads.context(self._world, channel),
            owners=owners,
            post=post,
            trigger=trigger,
            focus=focus,
            command=command,
        )

    async def _send(self, interaction: Interaction, data: Json) -> Exchange:
        payload = payloads.interaction_create(self._world, interaction, data)
        guild = interaction.guild
        self._gateway.dispatch(Event("INTERACTION_CREATE", payload, guild.id if guild else None))

        def settled() -> bool:
            late = self._world.clock.time() - interaction.created > FIRST_ANSWER
            return interaction.answer is not None or late

        await self._world.pulse.until(settled, within=FIRST_ANSWER)
        return Exchange(self._world, interaction, failed=interaction.answer is None)


def _channel(place: Channel | Person) -> Channel:
    return place.place if isinstance(place, Person) else place


def _is_button(component: Json, name: str) -> bool:
    if component["type"] != Part.BUTTON:
        return False
    emoji = (component.get("emoji") or {}).get("name")
    label = component.get("label") or ""
    return name in (label, component.get("custom_id"), emoji, f"{emoji} {label}".strip())


def _named(file: GivenFile) -> tuple[str, bytes]:
    return file if isinstance(file, tuple) else (file.name, file.read_bytes())


def _fits(message: Message, wanted: Wanted) -> bool:
    return wanted in message.text if isinstance(wanted, str) else wanted(message)
