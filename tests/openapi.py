"""The judge: REST exchanges against Discord's official OpenAPI description.

`Judge(path).check(entries)` returns one sentence for every fault, each naming its exchange; an empty list means
that every path, query, body, status and answer is as the description says. Entries are those of the sandbox's
`ExchangeLog` (method, path, query, content_type, body, files, status, response). Where the description is
knowingly narrower than Discord's real traffic, `TOLERATED` says so; nothing else is forgiven.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Entry = dict[str, Any]

VARIABLE = "DISCORD_OPENAPI"
PREFIX = "/api/v10"
DOCUMENT = "urn:discord"

TOLERATED = {
    "snowflakes as integers in requests": (
        "discord.py sends attachments' ids, `recipient_id` and references as integers; Discord reads both"
    ),
    "booleans of the query as 0 and 1": "discord.py sends `with_response=1`, `wait=1`; Discord reads both",
    "codes of field errors as words": (
        "Discord answers `_errors[].code` as BASE_TYPE_MAX_LENGTH and the like (its own guide shows it); "
        "the description says integer"
    ),
}
"""Everything that is forgiven, each with its reason."""


def _type_for_requests(validator: Any, types: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    whole = isinstance(instance, int) and not isinstance(instance, bool) and instance >= 0
    if not (schema.get("format") == "snowflake" and whole):
        yield from Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


_Request = extend(Draft202012Validator, {"type": _type_for_requests})


class Judge:
    """Holds the description; `check` may be called as often as wanted."""

    def __init__(self, path: Path | str) -> None:
        self._document = json.loads(Path(path).read_text(encoding="utf-8"))
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(DOCUMENT, resource)
        self._routes = sorted(
            ((template, _pattern(template)) for template in self._document["paths"]),
            key=lambda each: each[0].count("{"),
        )

    def check(self, entries: Iterable[Entry]) -> list[str]:
        """What is wrong with these exchanges."""
        return [
            f"#{number} {entry['method']} {entry['path']} → {entry['status']}: {fault}"
            for number, entry in enumerate(entries)
            for fault in self._one(entry)
        ]

    def _one(self, entry: Entry) -> Iterator[str]:
        path = entry["path"].removeprefix(PREFIX)
        template = next((name for name, pattern in self._routes if pattern.fullmatch(path)), None)
        operation = self._document["paths"].get(template or "", {}).get(entry["method"].lower())
        if template is None or operation is None:
            yield "the description has no such route"
            return
        shared = self._document["paths"][template].get("parameters", [])
        if entry["status"] != 400:
            parameters = [*shared, *operation.get("parameters", [])]
            yield from self._parameters(parameters, template, path, entry["query"])
            yield from self._body(operation, entry)
        if entry["status"] is not None and entry["status"] < 500:
            yield from self._answer(operation, entry)

    def _parameters(
        self, parameters: list[Any], template: str, path: str, query: dict[str, str]
    ) -> Iterator[str]:
        found = _pattern(template).fullmatch(path)
        given = {"path": found.groupdict() if found else {}, "query": query}
        known = {each["name"]: each for each in parameters if each["in"] == "query"}
        for name in query:
            if name not in known:
                yield f"the query has no parameter {name!r}"
        for each in parameters:
            value = given[each["in"]].get(each["name"])
            if value is not None:
                yield from self._faults(
                    each["schema"], _read(value, self._types(each["schema"])), each["name"]
                )
            elif each.get("required") and each["in"] == "query":
                yield f"the query lacks {each['name']!r}"

    def _body(self, operation: Any, entry: Entry) -> Iterator[str]:
        request = operation.get("requestBody")
        if request is None:
            if entry["body"] is not None:
                yield "a body where the description has none"
            return
        if entry["body"] is None:
            if request.get("required"):
                yield "the body is missing"
            return
        content = request["content"].get(entry["content_type"])
        if content is None:
            yield f"a body of type {entry['content_type']!r}"
            return
        yield from self._faults(content["schema"], entry["body"], "body", request=True)
        fields = [each["field"] for each in entry["files"]]
        if any(not re.fullmatch(r"files\[[0-9]\]", field) for field in fields):
            yield f"files in the fields {fields}"

    def _answer(self, operation: Any, entry: Entry) -> Iterator[str]:
        responses = operation["responses"]
        status = entry["status"]
        response = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if response is None:
            yield "the description has no such status"
            return
        if "$ref" in response:
            response = self._document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        content = response.get("content", {}).get("application/json")
        if content is None:
            if entry["response"] is not None:
                yield "an answer where the description has none"
        else:
            yield from self._faults(content["schema"], _plain_codes(entry["response"]), "answer")

    def _types(self, schema: Any) -> set[str]:
        if "$ref" in schema:
            return self._types(self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        kinds = schema.get("type", [])
        return {kinds} if isinstance(kinds, str) else set(kinds)

    def _faults(self, schema: Any, value: Any, what: str, *, request: bool = False) -> Iterator[str]:
        validator = (_Request if request else Draft202012Validator)(
            _absolute(schema), registry=self._registry
        )
        for error in validator.iter_errors(value):
            for leaf in _leaves(error):
                place = "".join(f"[{step!r}]" for step in leaf.absolute_path)
                yield f"{what}{place}: {leaf.message[:300]}"


def the_judge() -> Judge:
    """The judge, or a skipped test with the reason where the description is not at hand."""
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.skip(f"{VARIABLE} does not name Discord's OpenAPI description")
    return Judge(path)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    )


def _absolute(schema: Any) -> Any:
    """The schema with references that lead into the whole document."""
    if isinstance(schema, dict):
        return {
            key: f"{DOCUMENT}{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [_absolute(each) for each in schema]
    return schema


def _read(value: str, types: set[str]) -> Any:
    if "boolean" in types and value in ("0", "1", "true", "false"):
        return value in ("1", "true")
    if "integer" in types and value.isdigit():
        return int(value)
    return value


def _plain_codes(value: Any) -> Any:
    """The answer with the words among the codes of its field errors as numbers."""
    if isinstance(value, dict):
        return {
            key: [each | {"code": 0} if isinstance(each.get("code"), str) else each for each in inner]
            if key == "_errors"
            else _plain_codes(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_plain_codes(each) for each in value]
    return value


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The faults behind a failed choice: those of the alternative that came closest."""
    if not error.context:
        yield error
        return
    by_choice: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        by_choice.setdefault(inner.schema_path[0], []).append(inner)

    def distance(faults: list[ValidationError]) -> tuple[bool, int]:
        return any(list(fault.path)[-1:] == ["type"] or not fault.path for fault in faults), len(faults)

    for inner in min(by_choice.values(), key=distance):
        yield from _leaves(inner)
