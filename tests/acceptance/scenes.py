"""What the acceptance tests have in common: looks into the database, results as people count them, shorter ways."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.sandbox.discord import Exchange, Message, Person
from bot.sandbox.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A row of the jobs table. `note` is what its progress says besides figures."""

    id: str
    state: str
    note: str | None
    attempts: int
    card_id: int | None
    task_id: str | None


def jobs(world: World) -> list[StoredJob]:
    """Every job as the database has it, oldest first; read beside the bot, without a lock."""
    with closing(sqlite3.connect(f"file:{_database(world)}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT id, state, progress, attempts, card_id, task_id FROM jobs ORDER BY created_at"
        ).fetchall()
    return [StoredJob(row[0], row[1], json.loads(row[2])["note"], *row[3:]) for row in rows]


def newest(world: World) -> StoredJob:
    """The job that was ordered last."""
    return jobs(world)[-1]


async def until(world: World, look: Callable[[], T | None], *, what: str, within: float = 45) -> T:
    """The first truthy answer of `look`. AssertionError that names `what` when there is none in time."""
    found = await world.discord.world.pulse.until(look, within=within)
    assert found, f"{what}: not within {within} s; jobs: {jobs(world)}"
    return found


async def stands(
    world: World, state: str, *, note: str | None = None, attempts: int = 0, job: str | None = None
) -> StoredJob:
    """Wait until the newest job, or `job`, stands in this state with this note (any when not given)."""

    def look() -> StoredJob | None:
        found = [each for each in jobs(world) if job in (None, each.id)]
        fits = found and found[-1].state == state and note in (None, found[-1].note)
        return found[-1] if fits and found[-1].attempts >= attempts else None

    return await until(world, look, what=f"a job {state} {note or ''}")


def results(world: World, job_id: str) -> list[Message]:
    """Every message, wherever it stands, that is the result of this job to its owner."""
    discord = world.discord.world
    posts = [post for channel in discord.channels() for post in channel.posts.values()]
    shown = [Message(discord, post) for post in posts if post.author is discord.bot and not post.ephemeral]
    return [each for each in shown if not each.deleted and f"result of `{job_id}`" in each.text]


async def delivered(world: World, job_id: str, *, within: float = 60) -> Message:
    """Wait until the job is done, and prove that exactly one message is its result."""
    await until(
        world,
        lambda: any(each.id == job_id and each.state == "done" for each in jobs(world)),
        what=f"job {job_id} done",
        within=within,
    )
    found = results(world, job_id)
    assert len(found) == 1, found
    return found[0]


async def hurried(world: World, person: Person, job_id: str) -> Message:
    """Wait until the job is delivered; a training that runs is brought to its end and asked about at once."""

    def gone_on() -> StoredJob | None:
        job = next(each for each in jobs(world) if each.id == job_id)
        return job if job.state in ("running", "delivering", "done") else None

    if (await until(world, gone_on, what="a job that runs")).state == "running":
        world.novita.finish_all()
        await checks_again(person)
    return await delivered(world, job_id)


async def status_of(person: Person, job_id: str) -> str:
    """What `/status` tells a person of a job."""
    answer = await person.runs("/status", job=job_id)
    await answer.answered()
    return told(answer)


async def orders_training(person: Person, name: str, pictures: list[Path], **options: Any) -> Exchange:
    """`/train subject` with these pictures as attachments."""
    files = {f"picture{number}": picture for number, picture in enumerate(pictures, 1)}
    return await person.runs("/train subject", name=name, **files, **options)


async def owns_lora(world: World, person: Person, name: str, pictures: list[Path], **options: Any) -> str:
    """Let a person train a LoRA, hurried; the job's id."""
    answer = await orders_training(person, name, pictures, **options)
    await answer.answered()
    job = await stands(world, "running")
    await hurried(world, person, job.id)
    return job.id


async def checks_again(person: Person) -> None:
    """Ask at once how the newest job stands: **Check again** in `/status`."""
    status = await person.runs("/status")
    await status.answered()
    pressed = await person.clicks("Check again", status.message)
    await pressed.answered()


def off(world: World, *, seconds: float) -> None:
    """The machine stays switched off for so long: the bot is not running, and time has gone on when it starts.

    The world's clock goes on; the bot's cannot, so all that it had written down becomes so much older instead.
    """
    assert not world.bot.running
    world.clock.advance(seconds)
    with closing(sqlite3.connect(_database(world))) as database, database:
        for column in (
            "created_at",
            "state_since",
            "due_at",
            "submitted_at",
            "stuck_since",
            "interaction_until",
        ):
            database.execute(
                f"UPDATE jobs SET {column} = strftime('%Y-%m-%d %H:%M:%f', {column}, ?) || '000'",
                (f"-{seconds} seconds",),
            )


def told(exchange: Exchange) -> str:
    """The words of an answer that only its person sees."""
    message = exchange.message
    assert message is not None, exchange
    assert message.ephemeral_to is not None, "a refusal for everybody's eyes"
    return message.text


def _came(message: Message) -> bool:
    return "is ready" in message.text or bool(message.attachments)


def _database(world: World) -> Path:
    return world.folder / "data" / "easel.db"
