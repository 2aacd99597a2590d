"""What a Dockerfile and a .dockerignore say, as values: as much of both as ours use, and a refusal of the rest."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

KNOWN = frozenset(
    {"COPY", "RUN", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "LABEL"}
    | {"STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: `COPY --from=build /app /app` is `("COPY", "/app /app", {"from": "build"})`."""

    word: str
    rest: str
    flags: dict[str, str]

    @property
    def words(self) -> list[str]:
        """The arguments, from their JSON form or as a shell would part them."""
        if self.rest.startswith("["):
            listed: list[str] = json.loads(self.rest)
            return listed
        return shlex.split(self.rest)


@dataclass(slots=True)
class Stage:
    """What stands between two `FROM`s."""

    name: str
    base: str
    steps: list[Step] = field(default_factory=list)

    def all(self, word: str) -> list[Step]:
        return [step for step in self.steps if step.word == word]

    def one(self, word: str) -> Step:
        """The only step of its kind."""
        (step,) = self.all(word)
        return step

    @property
    def environment(self) -> dict[str, str]:
        """Every `ENV` of the stage, as written."""
        pairs = [pair for step in self.all("ENV") for pair in step.words]
        return dict(pair.split("=", 1) for pair in pairs)


def parse(text: str) -> tuple[dict[str, str], list[Stage]]:
    """The arguments that stand before the first stage, and the stages. Errors: `ValueError` for what is not known."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for line in re.sub(r"\\\n\s*", " ", lines).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        if word == "ARG" and not stages:
            name, _, default = rest.partition("=")
            arguments[name] = default
        elif word == "FROM":
            base, _, name = rest.partition(" AS ")
            for argument, value in arguments.items():
                base = base.replace(f"${{{argument}}}", value)
            stages.append(Stage(name, base))
        elif word in KNOWN:
            flags = {}
            while found := re.match(r"--([a-z-]+)=(\S+)\s+", rest):
                flags[found[1]] = found[2]
                rest = rest[found.end() :]
            stages[-1].steps.append(Step(word, rest, flags))
        else:
            raise ValueError(f"not known here: {line}")
    return arguments, stages


class Ignored:
    """A .dockerignore: the last rule that matches a file or a folder above it decides."""

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        self._rules = [line for line in lines if line and not line.startswith("#")]

    def __call__(self, path: PurePosixPath) -> bool:
        """Whether a file, by its path below the context, stays outside."""
        ignored = False
        names = [str(path), *(str(parent) for parent in path.parents if str(parent) != ".")]
        for rule in self._rules:
            if any(_matches(name, rule.removeprefix("!")) for name in names):
                ignored = not rule.startswith("!")
        return ignored


def context(root: Path, ignored: Ignored) -> list[PurePosixPath]:
    """The files that the builder is given, by their paths below `root`."""
    found = []
    for name in sorted(each.name for each in root.iterdir() if not each.name.startswith(".")):
        top = root / name
        for path in [top] if top.is_file() else top.rglob("*"):
            below = PurePosixPath(path.relative_to(root).as_posix())
            if path.is_file() and not ignored(below):
                found.append(below)
    return found


def _matches(name: str, pattern: str) -> bool:
    """As Docker matches: `*` stays within one folder, `**/` is any number of folders."""
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(PurePosixPath(name).name, pattern.removeprefix("**/"))
    parts, wanted = PurePosixPath(name).parts, PurePosixPath(pattern).parts
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))
