"""What a person sees of a message: its text, buttons, files; and a picture of it for a terminal.

A `Message` is a live view: it always tells the message's present state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from bot.sandbox.discord import components as parts
from bot.sandbox.discord.interactions import TOKEN_LIFE
from bot.sandbox.discord.kinds import SELECTS, Part
from bot.sandbox.discord.state import V2, Channel, Post, Upload, User, World
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.wire_messages import SCHEME, message


@dataclass(frozen=True, slots=True)
class Button:
    """A button as it is shown."""

    label: str
    custom_id: str | None
    url: str | None
    emoji: str | None
    style: int
    disabled: bool


class Attachment:
    """A file that a message shows."""

    def __init__(self, world: World, upload: Upload) -> None:
        self._world = world
        self._upload = upload
        self.id = upload.id
        self.filename = upload.filename
        self.size = len(upload.data)
        self.content_type = upload.facts.content_type
        self.width = upload.facts.width
        self.height = upload.facts.height
        self.description = upload.description

    @property
    def url(self) -> str:
        """A freshly signed link."""
        return self._world.links.sign(self._upload.path)

    async def read(self) -> bytes:
        """Download it through the CDN's socket. RuntimeError when the CDN does not have it any more."""
        async with aiohttp.ClientSession() as session, session.get(self.url) as response:
            if response.status != 200:
                raise RuntimeError(f"the CDN answered {response.status} for {self.filename}")
            return await response.read()


class Message:
    """A message through the eyes of a person; equal when it is the same message."""

    def __init__(self, world: World, post: Post) -> None:
        self._world = world
        self.post = post
        self.id = post.id
        self.channel: Channel = post.channel
        self.author: User = post.author

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and other.post is self.post

    def __hash__(self) -> int:
        return self.id

    def __repr__(self) -> str:
        return f"<Message {self.id} by {self.author.name}: {self.text[:60]!r}>"

    @property
    def content(self) -> str:
        return self.post.content

    @property
    def text(self) -> str:
        """Every human word in it, one piece a line: text, embeds, text displays, button labels, options."""
        pieces = [self.post.content]
        for embed in self.post.embeds:
            pieces += _embed_lines(embed)
        for component in parts.walk(self.post.components):
            pieces += _words(component)
        return "\n".join(piece for piece in pieces if piece)

    @property
    def buttons(self) -> list[Button]:
        return [_button(each) for each in parts.walk(self.post.components) if each["type"] == Part.BUTTON]

    @property
    def selects(self) -> list[Json]:
        """The select menus, as components."""
        return [each for each in parts.walk(self.post.components) if each["type"] in SELECTS]

    @property
    def attachments(self) -> list[Attachment]:
        """The files that can be seen: with components v2 only those that a component shows."""
        uploads = self.post.uploads
        if self.post.flags & V2:
            urls = [
                media["url"] for each in parts.walk(self.post.components) for media in parts.media_of(each)
            ]
            uploads = [each for each in uploads if f"{SCHEME}{each.filename}" in urls]
        return [Attachment(self._world, each) for each in uploads]

    @property
    def loading(self) -> bool:
        """Whether it still says that the app is thinking."""
        return self.post.loading

    @property
    def deleted(self) -> bool:
        return self.post.deleted or self.post.channel.deleted

    @property
    def ephemeral_to(self) -> User | None:
        """Who alone sees it; None when it is public."""
        return self.post.shown_to if self.post.ephemeral else None

    @property
    def stale(self) -> bool:
        """Whether it is an ephemeral message past its fifteen minutes, gone from the person's screen."""
        until = self.post.token_until or self.post.created + TOKEN_LIFE
        return self.post.ephemeral and self._world.clock.time() > until

    @property
    def reference(self) -> int | None:
        """The id of the message it replies to."""
        return self.post.reference[1] if self.post.reference else None

    @property
    def created(self) -> datetime:
        return datetime.fromtimestamp(self.post.created, UTC)

    @property
    def edits(self) -> tuple[datetime, ...]:
        """When it was edited; filling a deferred answer is no edit."""
        return tuple(datetime.fromtimestamp(each, UTC) for each in self.post.edits)

    @property
    def raw(self) -> Json:
        """The message as the API answers it."""
        return message(self._world, self.post)

    async def edited(self, *, times: int, within: float = 30) -> None:
        """Wait until it was edited at least `times` times. TimeoutError when it was not."""
        if not await self._world.pulse.until(lambda: len(self.post.edits) >= times, within=within):
            raise TimeoutError(f"{self!r} was edited {len(self.post.edits)} times, not {times}")


def render(shown: Message) -> str:
    """A plain-text picture of a message, as a person would see it in a terminal."""
    post = shown.post
    who = f"{post.author.name}{' [APP]' if post.author.bot else ''}"
    alone = f"  (only {post.shown_to.name} sees this)" if post.ephemeral and post.shown_to else ""
    lines = [f"{who}{alone}"]
    if shown.loading:
        return "\n".join([*lines, "  … is thinking"])
    lines += [f"  {line}" for line in post.content.splitlines()]
    for embed in post.embeds:
        lines += [f"  ▎ {line}" for piece in _embed_lines(embed) for line in piece.splitlines()]
    lines += _drawn(post.components, "  ")
    if not post.flags & V2:
        lines += [f"  🖼 {each.filename} ({_size(each.size)})" for each in shown.attachments]
    else:
        sizes = {each.filename: _size(each.size) for each in shown.attachments}
        lines = [_with_size(line, sizes) for line in lines]
    return "\n".join(lines)


def _drawn(components: list[Json], margin: str) -> list[str]:
    lines: list[str] = []
    for component in components:
        match component["type"]:
            case Part.ROW:
                lines.append(margin + "  ".join(_control(each) for each in component["components"]))
            case Part.BUTTON:
                lines.append(margin + _control(component))
            case Part.SECTION:
                lines += _drawn(component["components"], margin)
                lines += _drawn([component["accessory"]], margin)
            case Part.TEXT:
                lines += [margin + line for line in component["content"].splitlines()]
            case Part.THUMBNAIL | Part.GALLERY | Part.FILE:
                for media in parts.media_of(component):
                    lines.append(f"{margin}🖼 {media['url'].removeprefix(SCHEME)}")
            case Part.SEPARATOR:
                lines.append(margin + ("─" * 30 if component["divider"] else ""))
            case _:
                lines += [f"{margin}┃ {line}" for line in _drawn(component["components"], "")]
    return lines


def _control(component: Json) -> str:
    if component["type"] == Part.BUTTON:
        button = _button(component)
        label = " ".join(each for each in (button.emoji, button.label) if each)
        return f"({label})" if button.disabled else f"[{label}]"
    return f"[{component.get('placeholder') or 'choose'} ▾]"


def _with_size(line: str, sizes: dict[str, str]) -> str:
    name = line.rpartition("🖼 ")[2]
    return f"{line} ({sizes[name]})" if "🖼 " in line and name in sizes else line


def _size(count: int) -> str:
    return (
        f"{count} B"
        if count < 1024
        else f"{count / 1024:.0f} KiB"
        if count < 1 << 20
        else f"{count / (1 << 20):.1f} MiB"
    )


def _button(component: Json) -> Button:
    emoji = (component.get("emoji") or {}).get("name")
    return Button(
        label=component.get("label") or "",
        custom_id=component.get("custom_id"),
        url=component.get("url"),
        emoji=emoji,
        style=component["style"],
        disabled=bool(component.get("disabled")),
    )


def _embed_lines(embed: Json) -> list[str]:
    pieces = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    for field in embed.get("fields") or []:
        pieces += [field["name"], field["value"]]
    pieces.append((embed.get("footer") or {}).get("text"))
    return [str(piece) for piece in pieces if piece]


def _words(component: Json) -> list[str]:
    match component["type"]:
        case Part.BUTTON:
            emoji = (component.get("emoji") or {}).get("name") or ""
            return [f"{emoji} {component.get('label') or ''}".strip()]
        case Part.TEXT:
            return [component["content"]]
        case Part.THUMBNAIL:
            return [component.get("description") or ""]
        case Part.GALLERY:
            return [item.get("description") or "" for item in component["items"]]
        case kind if kind in SELECTS:
            options = [option["label"] for option in component.get("options") or []]
            return [component.get("placeholder") or "", *options]
        case _:
            return []
