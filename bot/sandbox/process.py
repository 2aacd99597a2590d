"""The bot as its own process, so that it can be killed as a machine kills it, and started again."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

ROOT: Final = Path(__file__).resolve().parents[2]

_SERVER: Final = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["bot.__main__", "bot.app"])


class _Process(Protocol):
    """What is asked of a process. `returncode` is None while it runs, negative after a signal."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def send_signal(self, signal: int) -> None: ...

    async def wait(self) -> int: ...


class BotProcess:
    """`python -m bot run` with an environment of its own. Its log is appended to `log`.

    `preloaded` starts the same function in a process forked off one that has imported everything already, which saves
    the second of CPU that the imports take: tests start the bot a hundred times. `moved` is the file of a
    `SandboxClock`: the bot then lives in that time. `starts` counts how often it was started, `started_at` is when it
    was last, in monotonic seconds.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        preloaded: bool = False,
        moved: Path | None = None,
    ) -> None:
        self._environment = dict(environment)
        self._folder = folder
        self._preloaded = preloaded
        self._moved = moved
        self.starts = 0
        self.started_at = 0.0
        self.log = log
        self._process: _Process | None = None

    @property
    def running(self) -> bool:
        """Started, and not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def environment(self) -> dict[str, str]:
        """What the process is started with, for running another command beside it."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self._folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "error::ResourceWarning",
            **self._environment,
        }

    async def start(self) -> None:
        """Start it, and return before it has done anything."""
        if self.running:
            raise RuntimeError("the bot is running already")
        self.starts += 1
        self.started_at = time.monotonic()
        if self._preloaded:
            self._process = _Forked(self.environment, self._folder, self.log, self._moved)
            return
        program = ["bot"] if self._moved is None else ["bot.sandbox.moved", str(self._moved)]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *program,
                "run",
                cwd=self._folder,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is finished."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM, as `docker stop` does it; the exit code."""
        return await self._end(signal.SIGTERM)

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Another command of the bot, such as `doctor`, to its end: exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self._folder,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def peak_memory(self) -> int:
        """The most bytes of memory that the running process has had resident (Linux: `VmHWM`)."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()


class _Forked:
    """A process of the fork server."""

    def __init__(self, environment: dict[str, str], folder: Path, log: Path, moved: Path | None) -> None:
        self._process = _SERVER.Process(target=_run, args=(environment, folder, log, moved), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, signal: int) -> None:
        os.kill(self.pid, signal)

    async def wait(self) -> int:
        await asyncio.to_thread(self._process.join)
        assert self._process.exitcode is not None
        return self._process.exitcode


def _run(environment: dict[str, str], folder: Path, log: Path, moved: Path | None) -> None:
    """What `start` makes the interpreter do, done in the forked process."""
    from bot.__main__ import main

    if moved is not None:
        from bot.sandbox.moved import follow

        follow(moved)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    warnings.simplefilter("error", ResourceWarning)
    sys.exit(main(["run"]))
