"""The bot in a time that can be moved: `python -m bot.sandbox.moved FILE run`.

It is the bot's own `main`; only its clock runs ahead, by the seconds that the sandbox keeps in `FILE`. The bot does not
know. What waits goes on waiting for real: the bot looks at its clock again within twenty seconds.
"""

from __future__ import annotations

import mmap
import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.clock import Clock
from bot.sandbox.clock import MOVED


def follow(told: Path) -> None:
    """Let every clock of this process run ahead by what the file holds at that moment."""
    with told.open("rb") as file:
        moved = mmap.mmap(file.fileno(), MOVED.size, access=mmap.ACCESS_READ)
    real = Clock.now

    def now(clock: Clock) -> datetime:
        (seconds,) = MOVED.unpack_from(moved)
        return real(clock) + timedelta(seconds=seconds)

    Clock.now = now  # type: ignore[assignment, method-assign]


def end_with(parent: int) -> None:
    """Let no bot outlive its sandbox, however that ends: nobody would answer it, and nobody would find it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="sandbox", daemon=True).start()


if __name__ == "__main__":
    from bot.__main__ import main

    end_with(os.getppid())
    follow(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
