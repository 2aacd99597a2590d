"""The image without an engine: the Dockerfile's steps carried out in a folder, and a process as a container has one.

A base image is a copy of an installed Python of that version. What is written at `/app` in the Dockerfile is at
`<folder>/<stage>/app` here. The user is made by nobody: a number is enough.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.integration.deployment.dockerfile import Ignored, Stage, context, parse

OURS = r"/(?:src|opt|app|data)(?=/|:|\s|$)"
LEFT_OUT = ("test", "__pycache__", "idlelib", "tkinter", "turtledemo", "*.a", "share", "config-3*")


class NoSuchPython(Exception):
    """This machine has no Python of the Dockerfile's version, or none that brings its own pip."""


@dataclass(frozen=True, slots=True)
class Image:
    """A built image. `environment` and commands are as the container would have them, with paths that exist here."""

    root: Path
    python: Path
    environment: dict[str, str]
    folder: Path
    user: int
    command: list[str]
    health: list[str]

    def process(self, command: list[str]) -> list[str]:
        """The command as the image's user, without any privilege, as far as whoever asks can change users at all."""
        program = shutil.which(command[0], path=self.environment["PATH"])
        assert program is not None
        line = [program, *command[1:]]
        if os.getuid() != 0:
            return line
        user = str(self.user)
        return ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", *line]

    def written(self) -> dict[str, int]:
        """Everything in the image outside /data, with the time of its last change."""
        parts = [self.root / "app", self.root / "opt"]
        return {str(path): path.lstat().st_mtime_ns for part in parts for path in part.rglob("*")}


def build(source: Path, folder: Path) -> Image:
    """Carry out the Dockerfile of `source` in `folder`. Errors: `NoSuchPython`, `CalledProcessError`."""
    arguments, stages = parse((source / "Dockerfile").read_text())
    given = context(source, Ignored((source / ".dockerignore").read_text()))
    base = _python(arguments["PYTHON"], folder / "python")
    for stage in stages:
        _stage(stage, source=source, given=given, folder=folder, base=base)
    last = stages[-1]
    root = folder / (last.name or "final")
    user = int(last.one("USER").rest.split(":")[0])
    home = _inside(root, last.one("VOLUME").rest)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.getuid() == 0:
        os.chown(home, user, user)
    else:
        _unwritable([root / "app", root / "opt"])
    environment = {
        name: _placed(value, root).replace("$PATH", f"{base.parent}:{os.defpath}")
        for name, value in last.environment.items()
    }
    return Image(
        root=root,
        python=base,
        environment={"LD_LIBRARY_PATH": str(base.parent.parent / "lib"), **environment},
        folder=_inside(root, last.one("WORKDIR").rest),
        user=user,
        command=[*last.one("ENTRYPOINT").words, *last.one("CMD").words],
        health=json.loads(last.one("HEALTHCHECK").rest.removeprefix("CMD ")),
    )


def _stage(stage: Stage, *, source: Path, given: list[PurePosixPath], folder: Path, base: Path) -> None:
    root = folder / (stage.name or "final")
    place = root
    for step in stage.steps:
        match step.word:
            case "WORKDIR":
                place = _inside(root, step.rest)
                place.mkdir(parents=True, exist_ok=True)
            case "COPY" if "from" in step.flags:
                whence, whither = step.words
                shutil.copytree(
                    _inside(folder / step.flags["from"], whence), _inside(root, whither), symlinks=True
                )
            case "COPY":
                *whences, whither = step.words
                for whence in whences:
                    _copied(source, given, PurePosixPath(whence), place / whither)
            case "RUN" if not step.rest.startswith("useradd"):
                environment = {
                    **os.environ,
                    "PATH": f"{base.parent}:{os.environ['PATH']}",
                    "LD_LIBRARY_PATH": str(base.parent.parent / "lib"),
                }
                environment.pop("VIRTUAL_ENV", None)
                done = subprocess.run(
                    ["/bin/sh", "-ec", _placed(step.rest, root)],
                    cwd=place,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, f"{step.rest}\n{done.stdout}{done.stderr}"


def _copied(source: Path, given: list[PurePosixPath], whence: PurePosixPath, whither: Path) -> None:
    """As COPY does: a file into a folder, a folder's contents into a folder; only what the context holds."""
    below = [path for path in given if path == whence or whence in path.parents]
    assert below, f"COPY {whence}: nothing of it is in the context"
    for path in below:
        target = whither / (path.name if path == whence else path.relative_to(whence))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target)


def _python(version: str, folder: Path) -> Path:
    """A Python of this version with its pip, copied to where every user may read it; its `python`."""
    name = f"python{version}"
    places = [shutil.which(name), *sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/{name}"))]
    library = Path("lib") / name
    for place in (place for place in places if place is not None):
        asked = subprocess.run(
            [place, "-c", "import sys; print(sys.base_prefix)"], capture_output=True, text=True, check=False
        )
        prefix = Path(asked.stdout.strip())
        if asked.returncode == 0 and (prefix / library / "site-packages" / "pip").is_dir():
            break
    else:
        raise NoSuchPython(version)
    shutil.copytree(prefix / library, folder / library, ignore=_left_out)
    for shared in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy(shared, folder / "lib", follow_symlinks=False)
    (folder / "bin").mkdir()
    python = folder / "bin" / "python"
    shutil.copy(prefix / "bin" / name, python)
    return python


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Keep the image small: no tests of Python's own, and of the installed packages pip alone."""
    if folder.endswith("site-packages"):
        return {name for name in names if not name.startswith("pip")}
    return set(shutil.ignore_patterns(*LEFT_OUT)(folder, names))


def _inside(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _placed(text: str, root: Path) -> str:
    return re.sub(OURS, lambda found: f"{root}{found[0]}", text)


def _unwritable(folders: list[Path]) -> None:
    for folder in folders:
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~0o222)
