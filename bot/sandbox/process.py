"""The bot as its own process, so that it can be killed as a machine kills it, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


class BotProcess:
    """`python -m bot run` with an environment of its own. Its log is appended to `log`."""

    def __init__(self, *, environment: Mapping[str, str], folder: Path, log: Path) -> None:
        self._environment = dict(environment)
        self._folder = folder
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

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
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
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
