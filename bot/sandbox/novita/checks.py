"""Reading a request field by field, with the types and ranges of the contract; every doubt is a 400.

`null` counts as absent in optional fields (novita-api §3.3: the vendor's SDK sends nulls). Nothing here knows an
endpoint.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from typing import NoReturn

from bot.sandbox.novita.errors import invalid
from bot.sandbox.novita.replies import Json


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def parse_object(body: bytes, *, content_type: str) -> dict[str, Json]:
    """The JSON object of a request.

    Raises `Refused` for another content type, broken UTF-8 or JSON, NaN, or anything but an object.
    """
    if content_type.lower() != "application/json":
        raise invalid(f"Content-Type must be application/json, got {content_type!r}")
    try:
        value: Json = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except ValueError as error:
        raise invalid(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise invalid("the body must be a JSON object")
    return value


class Fields:
    """An object's fields, read once each by name; what nobody read is unknown."""

    def __init__(self, value: Json, *, where: str) -> None:
        if not isinstance(value, dict):
            raise invalid(f"{where or 'body'}: must be an object")
        self._value = value
        self._where = where
        self._read: set[str] = set()

    def path(self, name: str) -> str:
        """The field's name as the message spells it."""
        return f"{self._where}.{name}" if self._where else name

    def refuse_unknown(self) -> None:
        """A field that no page documents is refused: a client that sends one misunderstands something."""
        if unknown := sorted(set(self._value) - self._read):
            raise invalid(
                f"unknown field{'s' if len(unknown) > 1 else ''} {', '.join(map(self.path, unknown))}"
            )

    def has(self, name: str) -> bool:
        """True when the field is there and not null."""
        return self._value.get(name) is not None

    def raw(self, name: str) -> Json:
        """The field as it is, null when absent."""
        self._read.add(name)
        return self._value.get(name)

    def _required(self, name: str) -> Json:
        value = self.raw(name)
        if value is None:
            raise invalid(f"{self.path(name)}: required")
        return value

    def string(self, name: str, *, low: int = 0, high: int | None = None) -> str:
        """A required string of `low` to `high` Unicode code points."""
        value = self._required(name)
        if not isinstance(value, str):
            raise invalid(f"{self.path(name)}: must be a string")
        if len(value) < low or (high is not None and len(value) > high):
            raise invalid(f"{self.path(name)}: must have {low} to {high} characters, has {len(value)}")
        return value

    def choice(self, name: str, among: Collection[str]) -> str:
        """A required string out of a list."""
        value = self.string(name)
        if value not in among:
            raise invalid(f"{self.path(name)}: {value!r} is not one of {', '.join(sorted(among))}")
        return value

    def integer(self, name: str, *, low: int, high: int | None = None) -> int:
        """A required integer; neither a boolean, nor a fraction, nor digits in a string."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise invalid(f"{self.path(name)}: must be an integer")
        self._range(name, value, low, high)
        return value

    def number(self, name: str, *, low: float, high: float | None = None) -> float:
        """A required number."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid(f"{self.path(name)}: must be a number")
        self._range(name, value, low, high)
        return float(value)

    def numeric(self, name: str) -> float:
        """A required number, or a number spelt in a string (novita-api §3.3: the SDK does that)."""
        value = self._required(name)
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise ValueError
            number = float(value)
            if not math.isfinite(number):
                raise ValueError
        except ValueError:
            raise invalid(f"{self.path(name)}: must be a number") from None
        return number

    def boolean(self, name: str) -> bool:
        """A required boolean."""
        value = self._required(name)
        if not isinstance(value, bool):
            raise invalid(f"{self.path(name)}: must be true or false")
        return value

    def inner(self, name: str) -> Fields:
        """A required object."""
        return Fields(self._required(name), where=self.path(name))

    def items(self, name: str, *, low: int, high: int) -> Iterator[Fields]:
        """The objects of a required array of `low` to `high` items."""
        value = self._required(name)
        if not isinstance(value, list):
            raise invalid(f"{self.path(name)}: must be an array")
        if not low <= len(value) <= high:
            raise invalid(f"{self.path(name)}: must have {low} to {high} items, has {len(value)}")
        return (Fields(item, where=f"{self.path(name)}[{index}]") for index, item in enumerate(value))

    def _range(self, name: str, value: float, low: float, high: float | None) -> None:
        if value < low or (high is not None and value > high):
            bounds = f"at least {low}" if high is None else f"between {low} and {high}"
            raise invalid(f"{self.path(name)}: must be {bounds}, is {value}")
