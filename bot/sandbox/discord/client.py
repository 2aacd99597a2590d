"""What Discord's own client does before anything is sent: offers commands, checks options, fills modals.

It raises `NotOffered` for what a person could not have done. The bot never sees such an attempt.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.sandbox.discord import components as parts
from bot.sandbox.discord import payloads, posting
from bot.sandbox.discord.abilities import NotOffered, check_weight
from bot.sandbox.discord.kinds import NESTED, CommandType, Context, OptionType, Part
from bot.sandbox.discord.media import facts, plain_name
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.state import Channel, Role, Upload, User, World
from bot.sandbox.discord.wire import Json

GivenFile = Path | tuple[str, bytes]
"""A file from a person's disk: its path, or its name and bytes."""

_FURTHEST = 2**53
"""No number of an option lies beyond it, on either side."""
_WORDS = 100
"""Characters of what was given that a complaint repeats."""


def available(world: World, who: User, place: Channel, *, kind: int) -> Iterable[tuple[Json, dict[str, str]]]:
    """The commands of this kind offered to `who` in `place`, each with its integration owners."""
    guild = place.guild
    here = payloads.context(world, place)
    scopes: list[int | None] = [None, guild.id] if guild else [None]
    for scope in scopes:
        for command in world.commands.get(scope, []):
            if command["type"] == kind and not _hidden(world, who, place, command, here):
                yield command, payloads.owners(world, place, who, command["integration_types"])


def _hidden(world: World, who: User, place: Channel, command: Json, here: int) -> str:
    """Why the command is not offered; empty when it is."""
    owners = payloads.owners(world, place, who, command["integration_types"])
    contexts = command["contexts"]
    if contexts is None:
        contexts = [0, 1, 2] if command["dm_permission"] else [0]
    if here not in contexts:
        return "it is not for this kind of place"
    if not owners or (here == Context.PRIVATE and "1" not in owners):
        return "the app is installed neither here nor by this person"
    if command["nsfw"] and place.guild is not None and not place.age_restricted:
        return "it is for age-restricted channels only"
    if place.guild is None:
        return ""
    mine = place.permissions(who)
    if not mine & BITS["VIEW_CHANNEL"]:
        return "the person cannot see this channel"
    if not mine & BITS["USE_APPLICATION_COMMANDS"]:
        return "the person may not use commands here"
    if place.locked and not mine & BITS["MANAGE_THREADS"]:
        return "the thread is locked"
    wanted = command["default_member_permissions"]
    if wanted is None or "0" not in owners or mine & BITS["ADMINISTRATOR"]:
        return ""
    granted = int(wanted) != 0 and mine & int(wanted) == int(wanted)
    return "" if granted else "the person lacks the permissions it asks for"


def find_command(
    world: World, who: User, place: Channel, name: str, *, kind: int = CommandType.CHAT_INPUT
) -> tuple[Json, dict[str, str], list[Json], list[Json]]:
    """(command, owners, the chain of subcommands, its options) for `/train subject` or a menu's name."""
    words = name.removeprefix("/").split() if kind == CommandType.CHAT_INPUT else [name]
    words = words or [""]
    offered = {each["name"]: (each, owners) for each, owners in available(world, who, place, kind=kind)}
    if words[0] not in offered:
        raise NotOffered(f"no command {name!r} here: {_why(world, who, place, words[0], kind)}")
    command, owners = offered[words[0]]
    chain: list[Json] = []
    options: list[Json] = command.get("options") or []
    for word in words[1:]:
        found = next((each for each in options if each["name"] == word and each["type"] in NESTED), None)
        if found is None:
            raise NotOffered(f"{name!r} has no subcommand {word!r}")
        chain.append(found)
        options = found.get("options") or []
    if any(each["type"] in NESTED for each in options):
        names = ", ".join(each["name"] for each in options)
        raise NotOffered(f"{name!r} alone cannot be sent; choose one of {names}")
    return command, owners, chain, options


def _why(world: World, who: User, place: Channel, name: str, kind: int) -> str:
    guild_id = place.guild.id if place.guild else None
    here = payloads.context(world, place)
    for command in [*world.commands.get(guild_id, []), *world.commands.get(None, [])]:
        if command["name"] == name and command["type"] == kind:
            return _hidden(world, who, place, command, here)
    known = [each["name"] for each in world.commands.get(None, [])]
    return f"not registered (registered: {', '.join(known) or 'nothing'})"


class Given:
    """Options or form values on their way into a payload, with what they resolve to."""

    def __init__(self, world: World, who: User, place: Channel) -> None:
        self._world = world
        self._who = who
        self._place = place
        self.uploads: list[Upload] = []
        self.users: list[User] = []
        self.channels: list[Channel] = []
        self.roles: list[Role] = []

    def resolved(self) -> Json:
        """What the ids stand for. The files are on the CDN from now on: none of what was refused lies there."""
        self._world.uploads.update({each.id: each for each in self.uploads})
        return payloads.resolved(
            self._world,
            self._place.guild,
            uploads=self.uploads,
            users=self.users,
            channels=self.channels,
            roles=self.roles,
            reader=self._who,
        )

    def upload(self, given: Any) -> Upload:
        """A file for the CDN; refused when it is over the person's limit."""
        if isinstance(given, Path):
            name, data = given.name, given.read_bytes()
        elif isinstance(given, tuple) and len(given) == 2:
            name, data = given
        else:
            raise NotOffered(f"{in_words(given)} is no file: give a Path or (filename, bytes)")
        check_weight(self._world, self._who, self._place, filename=name, size=len(data))
        name = plain_name(name)
        number = self._world.snowflake()
        path = posting.upload_path(
            self._world, channel=self._place, number=number, filename=name, ephemeral=True
        )
        upload = Upload(number, path, name, data, facts(name, data), ephemeral=True)
        self.uploads.append(upload)
        return upload

    def person(self, given: Any) -> User:
        user: User | None = getattr(given, "user", None)
        if user is None:
            raise NotOffered(f"{in_words(given)} is no person")
        self.users.append(user)
        return user

    def role(self, given: Any) -> Role:
        if not isinstance(given, Role):
            raise NotOffered(f"{in_words(given)} is no role")
        self.roles.append(given)
        return given

    def channel(self, given: Any, *, types: list[int] | None, what: str) -> Channel:
        if not isinstance(given, Channel):
            raise NotOffered(f"{what}: {in_words(given)} is no channel")
        if types and given.type not in types:
            raise NotOffered(f"{what}: this kind of channel is not offered")
        self.channels.append(given)
        return given

    def anyone(self, given: Any) -> Role | User:
        """A person or a role."""
        return self.role(given) if isinstance(given, Role) else self.person(given)

    def chosen(self, component: Json, wanted: list[Any], *, what: str) -> list[str]:
        """What a select menu sends: options by value or label, or people, roles and channels by their ids."""
        match component["type"]:
            case Part.STRING_SELECT:
                return _once(choose(component, wanted, what=what), what)
            case Part.USER_SELECT:
                found: list[Any] = [self.person(each) for each in wanted]
            case Part.ROLE_SELECT:
                found = [self.role(each) for each in wanted]
            case Part.MENTIONABLE_SELECT:
                found = [self.anyone(each) for each in wanted]
            case _:
                types = component.get("channel_types")
                found = [self.channel(each, types=types, what=what) for each in wanted]
        return _once([str(each.id) for each in found], what)

    def defaults(self, component: Json) -> list[Any]:
        """Who and what a select menu holds before anybody chooses."""
        guild = self._place.guild
        known: dict[str, dict[int, Any]] = {
            "user": dict(self._world.users),
            "role": {each.id: each for each in guild.roles} if guild else {},
            "channel": dict(guild.channels) if guild else {},
        }
        listed = component.get("default_values") or []
        found = [known[each["type"]].get(int(each["id"])) for each in listed]
        return [each for each in found if each is not None]

    def option(self, option: Json, value: Any) -> Any:
        """The value of a command option as the payload carries it."""
        name, kind = option["name"], option["type"]
        choices = option.get("choices")
        if choices:
            for choice in choices:
                if value in (choice["value"], choice["name"]):
                    return choice["value"]
            names = [each["name"] for each in choices]
            raise NotOffered(f"{name}: {in_words(value)} is not among the choices {names}")
        match kind:
            case OptionType.STRING:
                return _string(option, value)
            case OptionType.INTEGER | OptionType.NUMBER:
                return _number(option, value)
            case OptionType.BOOLEAN if isinstance(value, bool):
                return value
            case OptionType.USER:
                return str(self.person(value).id)
            case OptionType.MENTIONABLE:
                return str(self.anyone(value).id)
            case OptionType.CHANNEL:
                return str(self.channel(value, types=option.get("channel_types"), what=name).id)
            case OptionType.ROLE:
                return str(self.role(value).id)
            case OptionType.ATTACHMENT:
                return str(self.upload(value).id)
            case _:
                raise NotOffered(f"{name}: {in_words(value)} does not fit an option of type {kind}")


def command_options(given: Given, options: list[Json], values: dict[str, Any]) -> list[Json]:
    """Check and encode the options of a command. NotOffered names the first that cannot be sent."""
    _known(options, values)
    body = []
    for option in options:
        if option["name"] in values:
            value = given.option(option, values[option["name"]])
            body.append({"name": option["name"], "type": option["type"], "value": value})
        elif option.get("required"):
            raise NotOffered(f"the option {option['name']!r} is required")
    return body


def half_filled(given: Given, options: list[Json], values: dict[str, Any]) -> list[Json]:
    """The options beside one that is being typed: files and what does not fit yet stay behind."""
    _known(options, values)
    body: list[Json] = []
    for option in options:
        if option["name"] in values and option["type"] != OptionType.ATTACHMENT:
            with suppress(NotOffered):
                body += command_options(given, [option], {option["name"]: values[option["name"]]})
    return body


def _known(options: list[Json], values: dict[str, Any]) -> None:
    known = [each["name"] for each in options]
    for name in values:
        if name not in known:
            raise NotOffered(f"no option {name!r}; there are {', '.join(known) or 'none'}")


def command_data(command: Json, chain: list[Json], options: list[Json]) -> Json:
    """`data` of a command: subcommands nested; the server's id only for a command of that server."""
    for link in reversed(chain):
        options = [{"name": link["name"], "type": link["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _string(option: Json, value: Any) -> str:
    if not isinstance(value, str):
        raise NotOffered(f"{option['name']}: {in_words(value)} is no text")
    least, most = option.get("min_length") or 1, option.get("max_length") or 6000
    if not least <= len(value) <= most:
        raise NotOffered(f"{option['name']}: {len(value)} characters, not {least} to {most}")
    return value


def _number(option: Json, value: Any) -> int | float:
    whole = option["type"] == OptionType.INTEGER
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise NotOffered(f"{option['name']}: {in_words(value)} is no {'whole ' if whole else ''}number")
    if not -_FURTHEST <= value <= _FURTHEST:
        raise NotOffered(f"{option['name']}: no number can be so far from zero")
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = (
            f"at most {most}"
            if least is None
            else f"at least {least}"
            if most is None
            else f"{least} to {most}"
        )
        raise NotOffered(f"{option['name']}: {value} is not {bounds}")
    number: int | float = value
    return number


def modal_components(given: Given, components: list[Json], fields: dict[str, Any]) -> list[Json]:
    """Fill a modal's fields, named by custom_id or label, and encode them as its submit carries them."""
    left = dict(fields)
    filled = []
    for component in components:
        match component["type"]:
            case Part.LABEL:
                value = _field(left, component["component"], component["label"])
                inner = _filled(given, component["component"], component["label"], value)
                filled.append({"type": Part.LABEL, "id": component.get("id") or 0, "component": inner})
            case Part.ROW:
                inputs = component["components"]
                inside = [
                    _filled(given, each, each["label"], _field(left, each, each["label"])) for each in inputs
                ]
                filled.append({"type": Part.ROW, "id": component.get("id") or 0, "components": inside})
            case _:
                filled.append({"type": Part.TEXT, "id": component.get("id") or 0})
    if left:
        raise NotOffered(f"the modal has no field {', '.join(map(repr, left))}")
    for count, each in enumerate(parts.walk(filled), 1):
        each["id"] = each.get("id") or count
    return filled


_MISSING: Any = object()


def _field(left: dict[str, Any], component: Json, label: str) -> Any:
    if component["custom_id"] in left:
        return left.pop(component["custom_id"])
    wanted = {label, _plain(label), _plain(component["custom_id"])}
    for name in left:
        if name in wanted or _plain(name) in wanted:
            return left.pop(name)
    return _MISSING


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _filled(given: Given, component: Json, label: str, value: Any) -> Json:
    required = component.get("required") is not False
    body: Json = {"type": component["type"], "custom_id": component["custom_id"]}
    match component["type"]:
        case Part.TEXT_INPUT:
            body["value"] = _text_value(component, label, value, required=required)
        case Part.FILE_UPLOAD:
            files = [] if value is _MISSING else _listed(value)
            _count(label, files, component, required=required)
            body["values"] = [str(given.upload(each).id) for each in files]
        case Part.RADIO:
            chosen = _chosen(label, component, value)
            if len(chosen) > 1 or (required and not chosen):
                raise NotOffered(f"{label}: one must be chosen")
            body["value"] = chosen[0] if chosen else None
        case Part.CHECKBOXES | Part.STRING_SELECT:
            chosen = _chosen(label, component, value)
            _count(label, chosen, component, required=required)
            body["values"] = chosen
        case Part.CHECKBOX:
            ticked = component.get("default") if value is _MISSING else value
            if not isinstance(ticked, bool | None):
                raise NotOffered(f"{label}: {in_words(ticked)} is neither yes nor no")
            body["value"] = bool(ticked)
        case _:
            wanted = given.defaults(component) if value is _MISSING else _listed(value)
            _count(label, wanted, component, required=required)
            body["values"] = given.chosen(component, wanted, what=label)
    return body


def _once(values: list[str], what: str) -> list[str]:
    if len(set(values)) < len(values):
        raise NotOffered(f"{what}: the same was chosen twice")
    return values


def _listed(value: Any) -> list[Any]:
    """Several, one or nothing (None) as a list; a file is one, though it is a tuple."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text_value(component: Json, label: str, value: Any, *, required: bool) -> str:
    text = (component.get("value") or "") if value is _MISSING else "" if value is None else value
    if not isinstance(text, str):
        raise NotOffered(f"{label}: {in_words(value)} is no text")
    if not text and not required:
        return text
    least, most = component.get("min_length") or 0, component.get("max_length") or 4000
    if not max(least, 1) <= len(text) <= most:
        raise NotOffered(f"{label}: {len(text)} characters, not {max(least, 1)} to {most}")
    return text


def _count(label: str, items: list[Any], component: Json, *, required: bool) -> None:
    least, most = component.get("min_values"), component.get("max_values")
    least = (1 if least is None else least) if required else 0
    most = most or (len(component["options"]) if component["type"] == Part.CHECKBOXES else 1)
    if not least <= len(items) <= most:
        raise NotOffered(f"{label}: {len(items)} chosen, not {least} to {most}")


def _chosen(label: str, component: Json, value: Any) -> list[str]:
    if value is _MISSING:
        return [option["value"] for option in component["options"] if option.get("default")]
    return _once(choose(component, _listed(value), what=label), label)


def choose(component: Json, wanted: list[Any], *, what: str) -> list[str]:
    """The values of the options named by value or label."""
    known: dict[str, str] = {}
    for option in component["options"]:
        known |= {option["label"]: option["value"]}
    known |= {option["value"]: option["value"] for option in component["options"]}
    for name in wanted:
        if not isinstance(name, str) or name not in known:
            raise NotOffered(f"{what}: {in_words(name)} is not among {list(known)}")
    return [known[name] for name in wanted]


def in_words(given: Any) -> str:
    """Whatever was given, as a complaint names it: in short, and a file without its bytes."""
    match given:
        case list():
            words = f"[{', '.join(in_words(each) for each in given)}]"
        case (name, bytes()):
            words = f"the file {name!r}"
        case _:
            words = repr(given)
    return words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"
