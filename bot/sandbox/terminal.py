"""What a person sees, in a terminal: messages with their times, names and emphasis put into words and weights."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final, TextIO

_BOLD, _DIM, _GREEN, _RED, _BLUE, _PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[34m", "\033[0m"
_COLOURED: Final = re.compile(r"\033\[\d+m")


class Terminal:
    """Prints a story: who does what, and what they then see. Colours only where a terminal shows them."""

    def __init__(self, out: TextIO = sys.stdout, *, now: Callable[[], float] = time.time) -> None:
        self._out = out
        self._now = now
        self._began = now()
        self._colours = out.isatty()
        self.names: dict[int, str] = {}
        self.transcript: list[str] = []

    def scene(self, title: str) -> None:
        """A new part of the story."""
        self._line(f"\n{_BOLD}{title}{_PLAIN}")

    def does(self, who: str, what: str) -> None:
        """Somebody does something."""
        self._line(f"{_DIM}{self._now() - self._began:5.1f} s{_PLAIN}  {_BLUE}{who}{_PLAIN} {what}")

    def shows(self, drawn: str) -> None:
        """What they see then, as `render` drew it."""
        for line in drawn.splitlines():
            self._line(f"         {self._worded(line)}")

    def well(self, text: str) -> None:
        """Something that was checked and holds."""
        self._line(f"         {_GREEN}✓{_PLAIN} {text}")

    def ill(self, text: str) -> None:
        """Something that does not hold."""
        self._line(f"         {_RED}✗ {text}{_PLAIN}")

    def says(self, text: str) -> None:
        """A remark."""
        self._line(text)

    def _worded(self, line: str) -> str:
        line = re.sub(r"<t:(\d+)(?::\w)?>", lambda match: self._when(int(match[1])), line)
        line = re.sub(r"<@!?(\d+)>", lambda match: f"@{self.names.get(int(match[1]), 'somebody')}", line)
        line = re.sub(r"\[([^\]]+)\]\(https?://[^)]+\)", r"\1", line)
        line = re.sub(r"\*\*(.+?)\*\*", rf"{_BOLD}\1{_PLAIN}", line)
        line = re.sub(r"### (.+)", rf"{_BOLD}\1{_PLAIN}", line)
        line = re.sub(r"-# (.+)", rf"{_DIM}\1{_PLAIN}", line)
        return re.sub(r"`([^`]+)`", r"\1", line)

    def _when(self, moment: int) -> str:
        seconds = round(moment - self._now())
        if abs(seconds) < 2:
            return "now"
        return f"in {seconds} s" if seconds > 0 else f"{-seconds} s ago"

    def _line(self, text: str) -> None:
        plain = _COLOURED.sub("", text)
        self.transcript.append(plain)
        self._out.write((text if self._colours else plain) + "\n")
        self._out.flush()


def options(given: Mapping[str, object]) -> str:
    """Options of a command as they stand in the box."""
    return " ".join(f"{name}:{value}" for name, value in given.items())
