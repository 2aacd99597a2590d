"""What a person may do in a place besides running commands: write, send files, start threads, clear up.

`NotOffered` says what their client would not let them do.
"""

from __future__ import annotations

from bot.sandbox.discord.rules.messages import MOST_FILES
from bot.sandbox.discord.state import TEXT, THREAD, Channel, User, World

MOST_CHARACTERS = 2000
LONGEST_NAME = 100
"""Characters of a thread's name."""


class NotOffered(Exception):
    """The person's client would not let them do this."""


def may_write(who: User, place: Channel) -> bool:
    """Whether the box to write in is there."""
    if place.guild is None:
        return who in place.recipients
    sending = "SEND_MESSAGES_IN_THREADS" if place.type == THREAD else "SEND_MESSAGES"
    return place.may(who, "VIEW_CHANNEL", sending) and (not place.locked or place.may(who, "MANAGE_THREADS"))


def may_run(who: User, place: Channel) -> bool:
    """Whether commands can be run at all."""
    if place.guild is None:
        return who in place.recipients
    allowed = place.may(who, "VIEW_CHANNEL", "USE_APPLICATION_COMMANDS")
    return allowed and (not place.locked or place.may(who, "MANAGE_THREADS"))


def may_moderate(who: User, place: Channel) -> bool:
    """Whether other people's messages can be deleted; in DMs and groups nobody's can."""
    return place.guild is not None and place.may(who, "MANAGE_MESSAGES")


def may_start_thread(who: User, place: Channel) -> bool:
    """Whether a public thread can be started."""
    return place.type == TEXT and place.may(who, "VIEW_CHANNEL", "CREATE_PUBLIC_THREADS")


def sendable(
    world: World, who: User, place: Channel, content: str, *, files: list[tuple[str, bytes]]
) -> None:
    """Check a message before it is sent. NotOffered says what the client would not let through."""
    if not may_write(who, place):
        raise NotOffered(f"{who.name} may not write here")
    if not (content.strip() or files):
        raise NotOffered("an empty message cannot be sent")
    if len(content) > MOST_CHARACTERS:
        raise NotOffered(f"the message has {len(content)} characters, more than {MOST_CHARACTERS}")
    if files and place.guild is not None and not place.may(who, "ATTACH_FILES"):
        raise NotOffered(f"{who.name} may not send files here")
    if len(files) > MOST_FILES:
        raise NotOffered(f"{len(files)} files are more than the {MOST_FILES} of a message")
    for name, data in files:
        check_weight(world, who, place, filename=name, size=len(data))


def check_weight(world: World, who: User, place: Channel, *, filename: str, size: int) -> None:
    """Check that a file is not over the person's limit in this place."""
    if size > world.file_limit(who, place.guild):
        raise NotOffered(f"{filename} is too powerful: {size} bytes are over this person's limit")
