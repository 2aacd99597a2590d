"""What a prompt and a seed ask for: a place, an hour, colours. Words in, numbers out; nothing is drawn here."""

from __future__ import annotations

import colorsys
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from bot.sandbox.novita.painter.canvas import Colour, blend

_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "sea": "sea ocean beach lake boat ship harbour harbor island river water wave lighthouse fish swimming",
        "town": "city town street neon skyline tokyo paris tower roof building cyberpunk market village",
        "forest": "forest tree trees wood woods jungle garden park meadow autumn field flowers leaves",
        "mountains": "mountain mountains alps snow peak hill hills valley cliff castle dragon",
        "dunes": "desert dune dunes sand canyon egypt pyramid western",
        "room": "room kitchen table interior studio portrait library shelf window sofa indoors shop cafe photo",
        "space": "space astronaut planet galaxy cosmos nebula rocket moonscape alien stars",
    }
)
_HOURS: Mapping[str, str] = MappingProxyType(
    {
        "night": "night moon moonlit midnight stars dark neon",
        "sunset": "sunset dusk golden evening autumn warm fire",
        "dawn": "dawn morning sunrise pink spring pastel soft",
        "grey": "rain rainy storm fog foggy mist misty winter snow snowy grey gray cloudy",
        "day": "day noon summer sunny bright blue clear",
    }
)
_SKIES: Mapping[str, tuple[Colour, Colour, Colour]] = MappingProxyType(
    {
        "night": ((12, 16, 48), (34, 42, 96), (92, 84, 140)),
        "sunset": ((74, 62, 122), (222, 110, 104), (255, 200, 128)),
        "dawn": ((128, 158, 214), (238, 184, 200), (255, 232, 204)),
        "grey": ((120, 134, 152), (168, 180, 192), (222, 226, 228)),
        "day": ((70, 140, 214), (142, 198, 236), (232, 242, 240)),
    }
)
_LIGHTS: Mapping[str, Colour] = MappingProxyType(
    {
        "night": (188, 200, 255),
        "sunset": (255, 190, 110),
        "dawn": (255, 220, 200),
        "grey": (225, 230, 238),
        "day": (255, 246, 214),
    }
)
_TINTS: Mapping[str, Colour] = MappingProxyType(
    {
        "red": (206, 54, 52),
        "orange": (238, 140, 46),
        "yellow": (246, 208, 70),
        "green": (72, 156, 84),
        "teal": (40, 150, 150),
        "blue": (54, 100, 206),
        "purple": (128, 72, 180),
        "violet": (128, 72, 180),
        "pink": (240, 130, 170),
        "gold": (222, 176, 60),
        "brown": (128, 84, 54),
        "white": (244, 242, 236),
        "black": (30, 30, 36),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """Everything that `scene` needs. `salt` makes each picture its own; `sky` runs from top to horizon."""

    salt: str
    place: str
    hour: str
    sky: tuple[Colour, Colour, Colour]
    light: Colour
    ground: Colour
    accent: Colour
    shade: Colour

    @property
    def dark(self) -> bool:
        """True at night."""
        return self.hour == "night"

    @classmethod
    def of(cls, prompt: str, *, checkpoint: str, seed: int) -> Mood:
        """Read a prompt; what it leaves open is drawn by its own hash, and details by the seed."""
        words = re.findall(r"[a-zà-ÿ]+", prompt.lower())
        theme = random.Random(sha256(f"{prompt}|{checkpoint}".encode()).digest())
        salt = f"{prompt}|{checkpoint}|{seed}"
        detail = random.Random(f"{salt}|mood")
        place = _named(words, _PLACES) or theme.choice(
            ["mountains", "sea", "forest", "dunes", "town", "room"]
        )
        hour = _named(words, _HOURS) or detail.choice(["day", "sunset", "dawn", "day"])
        hue = theme.random()
        swing = detail.uniform(-0.06, 0.06)
        base = _hsv(hue + swing, 0.45, 0.62)
        accent = next((_TINTS[word] for word in words if word in _TINTS), _hsv(hue + 0.45 + swing, 0.7, 0.9))
        top, middle, low = (blend(colour, accent, 0.16) for colour in _SKIES[hour])
        warm = detail.uniform(-0.1, 0.1)
        shift = (255, 214, 150) if warm > 0 else (120, 150, 255)
        sky = (blend(top, shift, abs(warm)), blend(middle, shift, abs(warm)), blend(low, shift, abs(warm)))
        native = {
            "sea": (38, 98, 128),
            "forest": (64, 112, 62),
            "dunes": (214, 160, 92),
            "town": (74, 74, 104),
        }
        ground = blend(native.get(place, base), accent, 0.12)
        dim = {"night": 0.62, "grey": 0.3, "sunset": 0.22}.get(hour, 0.08)
        ground = blend(ground, sky[0], dim)
        return cls(
            salt=salt,
            place=place,
            hour=hour,
            sky=sky,
            light=_LIGHTS[hour],
            ground=ground,
            accent=accent,
            shade=blend(ground, (10, 10, 26), 0.72),
        )


def _named(words: list[str], among: Mapping[str, str]) -> str:
    """The first entry that a word of the prompt belongs to, empty for none."""
    return next((name for word in words for name, its in among.items() if word in its.split()), "")


def _hsv(hue: float, saturation: float, value: float) -> Colour:
    r, g, b = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(r * 255), round(g * 255), round(b * 255)
