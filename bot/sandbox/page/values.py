"""Ids and words of a request, turned into what they stand for, as far as the person can see it in a place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from bot.sandbox.discord import Channel, NotOffered
from bot.sandbox.discord.state import Role, User, World
from bot.sandbox.page.files import File, Files
from bot.sandbox.page.protocol import ChannelValue, FileValue, RoleValue, UserValue, Value

T = TypeVar("T", User, Channel, Role)


class Values:
    """Converts the values of one request. `used` are the words of the files that it named."""

    def __init__(self, world: World, files: Files, *, who: User, place: Channel) -> None:
        self._world = world
        self._files = files
        self._who = who
        self._place = place
        self.used: list[str] = []

    def options(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Options of a command; those in which nothing was chosen stay away."""
        return {name: self.one(value) for name, value in values.items() if value is not None}

    def fields(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Fields of a form; None is one that was emptied."""
        return {name: self.one(value) for name, value in values.items()}

    def one(self, value: Value) -> Any:
        """What a value stands for: text and numbers themselves, files, users, channels, roles."""
        match value:
            case list():
                return [self.one(each) for each in value]
            case FileValue():
                return self.file(value.file)
            case UserValue():
                return self.user(int(value.user))
            case ChannelValue():
                return self._channel(int(value.channel))
            case RoleValue():
                return self._role(int(value.role))
            case float() if not math.isfinite(value):
                raise NotOffered(f"{value} is no number to send")
            case _:
                return value

    def files(self, words: Iterable[str]) -> list[File]:
        """The files of these words, in their order."""
        return [self.file(word) for word in words]

    def file(self, word: str) -> File:
        found = self._files.get(word)
        if found is None:
            raise NotOffered("the file is not here any more; add it again")
        self.used.append(word)
        return found

    def user(self, number: int) -> User:
        """Somebody who is in this place."""
        guild = self._place.guild
        here = [each.user for each in guild.members.values()] if guild else self._place.recipients
        return _found(here, number, "there is nobody of that name here")

    def _channel(self, number: int) -> Channel:
        guild = self._place.guild
        listed = list(guild.channels.values()) if guild else [self._place]
        here = [each for each in listed if each.may(self._who, "VIEW_CHANNEL")]
        return _found(here, number, "there is no such channel here")

    def _role(self, number: int) -> Role:
        guild = self._place.guild
        here = [guild.everyone, *guild.roles] if guild else []
        return _found(here, number, "there is no such role here")


def _found(here: Iterable[T], number: int, otherwise: str) -> T:
    for each in here:
        if each.id == number:
            return each
    raise NotOffered(otherwise)
