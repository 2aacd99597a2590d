"""A throw-away PostgreSQL on a socket in a temporary folder, where its programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg

_PLACES: Final = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")
_USER: Final = "easel"


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version's where there are several."""
    for place in _PLACES:
        found = sorted(Path("/").glob(f"{place.lstrip('/')}/initdb"), key=lambda path: path.parts)
        if found:
            return found[-1].parent
    on_path = shutil.which("initdb")
    return None if on_path is None else Path(on_path).resolve().parent


@dataclass(slots=True)
class Cluster:
    """A running server. Every database that is asked for is a new one."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """SQLAlchemy's address."""
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    def database(self, *, like: str = "template1") -> str:
        """A new database, empty or a copy of another; its name."""
        name = f"easel_{next(self._numbers)}"
        with psycopg.connect(
            f"host={self.folder} user={_USER} dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return name


@contextmanager
def cluster(binaries: Path) -> Iterator[Cluster]:
    """Make one, run it, delete it. PostgreSQL refuses to be root: then it is made by the user `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="easel-pg-", dir="/tmp"))
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [binaries / program, *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            **who,
        )

    data = str(folder / "data")
    options = (
        f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    try:
        run("initdb", "-D", data, "-U", _USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        run("pg_ctl", "-D", data, "-w", "-s", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Cluster(folder)
        finally:
            run("pg_ctl", "-D", data, "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
