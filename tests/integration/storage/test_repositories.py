"""Every repository on a real database: what goes in comes out, and nobody overwrites anybody."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bot.domain.errors import NameTaken, NoKey
from bot.domain.jobs import IllegalMove, Job, JobState, Progress, Reach
from bot.domain.models import Family, ProviderName
from bot.storage.database import Database
from bot.storage.jobs import Stale
from bot.storage.keys import StoredKey
from bot.storage.loras import NewLora
from bot.storage.pictures import NewPicture, Source
from bot.storage.results import Result
from tests.clocks import NOON
from tests.values import ADA, BEN, address, job, lora_use, painting_spec, training_spec

LATER = NOON + timedelta(hours=1)


async def stored(database: Database, whole: Job) -> Job:
    async with database.write() as tx:
        await tx.jobs.add(whole)
    return whole


async def read(database: Database, job_id: str) -> Job:
    async with database.read() as tx:
        found = await tx.jobs.get(job_id)
    assert found is not None
    return found


# --- jobs -----------------------------------------------------------------------------------------------------


async def test_a_job_comes_back_as_it_was_stored(database: Database) -> None:
    whole = job(
        painting_spec(loras=(lora_use(1), lora_use(2)), negative="rain 🌧", asked="猫 'quoted' \\ \"x\""),
        state=JobState.RUNNING,
        address=address(
            reach=Reach.TOKEN,
            interaction=b"\x00sealed\xff",
            interaction_until=LATER,
            guild_id=None,
            card_id=None,
        ),
        progress=Progress(percent=40, ready_at=LATER, done=1, total=2, note="working"),
        failure=NoKey(provider="novita").to_facts(),
        stuck_since=NOON,
        card_stale=True,
        delivered_channel_id=2**63 - 1,
        delivered_message_id=1,
        attempts=3,
    )
    await stored(database, whole)
    assert await read(database, whole.id) == whole


async def test_the_plainest_job_comes_back_too(database: Database) -> None:
    whole = await stored(database, job(training_spec(), state=JobState.GATHERING))
    assert await read(database, whole.id) == whole


async def test_a_job_that_nobody_stored_is_none(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.jobs.get("0000000000") is None


async def test_a_moment_in_another_time_zone_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=9)))
    whole = await stored(database, job(created_at=there))
    found = await read(database, whole.id)
    assert found.created_at == NOON
    assert found.created_at.tzinfo is UTC


async def test_a_moment_keeps_its_microseconds(database: Database) -> None:
    moment = NOON + timedelta(microseconds=123456)
    whole = await stored(database, job(due_at=moment))
    assert (await read(database, whole.id)).due_at == moment


async def test_a_naive_moment_is_refused_and_nothing_is_stored(database: Database) -> None:
    whole = job(due_at=datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="naive datetime"):
        await stored(database, whole)
    async with database.read() as tx:
        assert await tx.jobs.get(whole.id) is None


async def test_a_change_is_stored_and_makes_a_new_version(database: Database) -> None:
    before = await stored(database, job())
    async with database.write() as tx:
        after = await tx.jobs.change(before, now=LATER, state=JobState.SUBMITTING, submitted_at=LATER)
    assert await read(database, before.id) == after
    assert (after.version, after.state, after.state_since) == (2, JobState.SUBMITTING, LATER)
    assert after.card_stale


async def test_the_second_of_two_writers_is_stale_and_changes_nothing(database: Database) -> None:
    before = await stored(database, job())
    async with database.write() as tx:
        first = await tx.jobs.change(before, now=LATER, attempts=1)
    with pytest.raises(Stale, match=before.id):
        async with database.write() as tx:
            await tx.jobs.change(before, now=LATER, attempts=9)
    assert await read(database, before.id) == first


async def test_a_move_that_the_table_does_not_hold_is_not_stored(database: Database) -> None:
    before = await stored(database, job(state=JobState.DONE))
    with pytest.raises(IllegalMove):
        async with database.write() as tx:
            await tx.jobs.change(before, now=LATER, state=JobState.QUEUED)
    assert await read(database, before.id) == before


async def test_a_new_state_begins_its_tries_afresh_but_not_within_ordering(database: Database) -> None:
    whole = await stored(database, job(attempts=4))
    async with database.write() as tx:
        ordering = await tx.jobs.change(whole, now=NOON, state=JobState.SUBMITTING)
        running = await tx.jobs.change(ordering, now=NOON, state=JobState.RUNNING)
    assert (ordering.attempts, running.attempts) == (4, 0)


async def test_a_job_that_ends_says_when_and_forgets_it_when_it_goes_on(database: Database) -> None:
    whole = await stored(database, job())
    async with database.write() as tx:
        failed = await tx.jobs.change(whole, now=LATER, state=JobState.FAILED)
        again = await tx.jobs.change(failed, now=LATER, state=JobState.QUEUED)
    assert (failed.finished_at, again.finished_at) == (LATER, None)


async def test_a_change_within_a_state_keeps_what_belongs_to_the_state(database: Database) -> None:
    whole = await stored(database, job(state=JobState.RUNNING, attempts=2))
    async with database.write() as tx:
        after = await tx.jobs.change(whole, now=LATER, progress=Progress(percent=5))
    assert (after.state_since, after.attempts, after.card_stale) == (NOON, 2, False)


async def test_what_is_not_over_is_watched_by_its_due_time(database: Database) -> None:
    jobs = [await stored(database, job(state=state, due_at=LATER)) for state in JobState]
    async with database.read() as tx:
        watched = await tx.jobs.watched()
        counts = await tx.jobs.counts()
    assert sorted(watched) == sorted((whole.id, LATER) for whole in jobs if not whole.state.over)
    assert counts == dict.fromkeys(JobState, 1)


async def test_stale_cards_are_those_of_jobs_that_are_over(database: Database) -> None:
    await stored(database, job(state=JobState.RUNNING, card_stale=True))
    await stored(database, job(state=JobState.DONE, card_stale=False))
    untrue = await stored(database, job(state=JobState.FAILED, card_stale=True))
    async with database.read() as tx:
        assert await tx.jobs.stale_cards() == [untrue]


async def test_a_persons_jobs_are_what_is_under_way_first_then_the_newest(database: Database) -> None:
    training = await stored(database, job(training_spec(), state=JobState.RUNNING))
    done = [
        await stored(database, job(state=JobState.DONE, created_at=NOON + timedelta(minutes=n)))
        for n in range(1, 4)
    ]
    await stored(database, job(owner_id=BEN))
    async with database.read() as tx:
        assert await tx.jobs.of(ADA, limit=3) == [training, done[2], done[1]]
        assert await tx.jobs.under_way(ADA) == 1
        assert await tx.jobs.under_way(BEN) == 1


# --- keys -----------------------------------------------------------------------------------------------------

KEY = StoredKey(ADA, ProviderName.NOVITA, b"\x01sealed", "1234-5678", NOON)


async def test_a_key_takes_the_place_of_the_earlier_one(database: Database) -> None:
    newer = dataclasses.replace(KEY, sealed=b"\x01newer", fingerprint="8765-4321")
    async with database.write() as tx:
        await tx.keys.put(KEY)
        await tx.keys.put(newer)
        await tx.keys.put(dataclasses.replace(KEY, owner_id=BEN))
    async with database.read() as tx:
        assert await tx.keys.get(ADA, ProviderName.NOVITA) == newer
        assert await tx.keys.of(ADA) == [newer]
        assert [key.owner_id for key in await tx.keys.all()] == [ADA, BEN]


async def test_a_key_notes_its_use_and_is_forgotten_once(database: Database) -> None:
    async with database.write() as tx:
        await tx.keys.put(KEY)
        await tx.keys.touch(ADA, ProviderName.NOVITA, now=LATER)
        used = await tx.keys.get(ADA, ProviderName.NOVITA)
        forgotten = [await tx.keys.remove(ADA, ProviderName.NOVITA) for _ in range(2)]
    assert used == dataclasses.replace(KEY, used_at=LATER)
    assert forgotten == [True, False]


async def test_a_key_that_was_replaced_meanwhile_is_not_sealed_back(database: Database) -> None:
    async with database.write() as tx:
        await tx.keys.put(dataclasses.replace(KEY, sealed=b"\x01newer"))
        assert not await tx.keys.reseal(KEY, sealed=b"\x02old")
        assert await tx.keys.reseal(dataclasses.replace(KEY, sealed=b"\x01newer"), sealed=b"\x02newer")
        found = await tx.keys.get(ADA, ProviderName.NOVITA)
    assert found is not None
    assert found.sealed == b"\x02newer"


# --- LoRAs ----------------------------------------------------------------------------------------------------


def lora(name: str, **changes: object) -> NewLora:
    whole = NewLora(ADA, ProviderName.NOVITA, name, "zqx", Family.SD15, "base", job().id, NOON)
    return dataclasses.replace(whole, **changes)


async def test_a_name_is_taken_whatever_its_case_for_its_owner_alone(database: Database) -> None:
    async with database.write() as tx:
        await tx.loras.reserve(lora("Mara  Straße"))
        await tx.loras.reserve(lora("mara", owner_id=BEN))
        with pytest.raises(NameTaken):
            await tx.loras.reserve(lora("mara STRASSE"))


async def test_a_lora_is_ready_when_it_is_served_and_then_no_longer_released(database: Database) -> None:
    ready, waiting = lora("ready"), lora("waiting")
    async with database.write() as tx:
        for new in (ready, waiting):
            await tx.loras.reserve(new)
        await tx.loras.serve(ready.job_id, model_name="model_1")
        for new in (ready, waiting):
            await tx.loras.release(new.job_id)
        kept = await tx.loras.of(ADA)
        assert [(one.name, one.model_name, one.ready) for one in kept] == [("ready", "model_1", True)]
        assert await tx.loras.of_job(ready.job_id) == kept[0]
        assert await tx.loras.of_job(waiting.job_id) is None


async def test_a_renamed_lora_frees_its_name_and_takes_no_other_ones(database: Database) -> None:
    async with database.write() as tx:
        await tx.loras.reserve(lora("one"))
        await tx.loras.reserve(lora("two", created_at=LATER))
        two, one = await tx.loras.of(ADA)
        assert (two.name, one.name) == ("two", "one")
        with pytest.raises(NameTaken):
            await tx.loras.rename(one, name=" TWO ")
        await tx.loras.rename(one, name="ONE")
        await tx.loras.rename(one, name="three")
        await tx.loras.reserve(lora("one"))
        assert await tx.loras.named(ADA, "Three") is not None
        await tx.loras.forget(two.id)
        assert await tx.loras.named(ADA, "two") is None


async def test_the_longest_name_fits_also_where_its_lower_case_is_longer(database: Database) -> None:
    name = "ﬃ" * 32
    async with database.write() as tx:
        await tx.loras.reserve(lora(name, trigger="x" * 40))
        found = await tx.loras.named(ADA, name)
    assert found is not None
    assert found.name == name


# --- pictures, results, notes ---------------------------------------------------------------------------------


async def test_pictures_take_the_place_of_their_sources_in_order(database: Database) -> None:
    whole = await stored(database, job(training_spec()))
    sources = [Source(f"{n}.png", f"https://cdn/{n}?hm=1", 2**40 + n) for n in (3, 1, 2)]
    looked_at = [
        NewPicture("3.png", path="trainings/x/00.png", extension="png"),
        NewPicture("1.png", verdict={"code": "too_small", "width": 9, "height": 9, "minimum": 256}),
    ]
    async with database.write() as tx:
        await tx.pictures.give(whole.id, sources)
        assert await tx.pictures.sources(whole.id) == sources
        await tx.pictures.replace(whole.id, looked_at)
        assert await tx.pictures.sources(whole.id) == []
        taken, refused = await tx.pictures.of(whole.id)
    assert (taken.path, taken.extension, taken.verdict, taken.asset) == (
        "trainings/x/00.png",
        "png",
        None,
        None,
    )
    assert (refused.label, refused.path, refused.verdict) == ("1.png", None, looked_at[1].verdict)


@pytest.mark.parametrize("asset", ["f5a1-uuid", 123456789012345])
async def test_an_asset_keeps_the_type_that_it_came_in(database: Database, asset: str | int) -> None:
    whole = await stored(database, job(training_spec()))
    async with database.write() as tx:
        await tx.pictures.replace(whole.id, [NewPicture("a", path="a", extension="png")])
        await tx.pictures.uploaded((await tx.pictures.of(whole.id))[0].id, asset=asset)
        assert (await tx.pictures.of(whole.id))[0].asset == asset
        await tx.pictures.forget_assets(whole.id)
        assert (await tx.pictures.of(whole.id))[0].asset is None


async def test_discarded_pictures_keep_their_names_and_verdicts(database: Database) -> None:
    whole = await stored(database, job(training_spec()))
    async with database.write() as tx:
        await tx.pictures.replace(whole.id, [NewPicture("a", path="a", extension="png")])
        await tx.pictures.give(whole.id, [Source("b", "https://cdn/b", 1)])
        await tx.pictures.discard(whole.id)
        (left,) = await tx.pictures.of(whole.id)
        assert (left.label, left.path, left.extension) == ("a", None, "png")
        assert await tx.pictures.sources(whole.id) == []


async def test_results_come_back_in_order_and_are_replaced_whole(database: Database) -> None:
    whole = await stored(database, job())
    async with database.write() as tx:
        await tx.results.replace(whole.id, [Result(1, None, flagged=True), Result(0, "results/x/0.image")])
        first = await tx.results.of(whole.id)
        await tx.results.replace(whole.id, first[:1])
        assert await tx.results.of(whole.id) == [Result(0, "results/x/0.image")]
        await tx.results.discard(whole.id)
        assert await tx.results.of(whole.id) == [Result(0, None)]
    assert [result.position for result in first] == [0, 1]


async def test_what_ended_long_ago_and_still_keeps_files_is_found(database: Database) -> None:
    old = await stored(database, job(state=JobState.DONE, finished_at=NOON))
    new = await stored(database, job(state=JobState.DONE, finished_at=LATER))
    going = await stored(database, job(state=JobState.FETCHING))
    empty = await stored(database, job(state=JobState.DONE, finished_at=NOON))
    async with database.write() as tx:
        for whole in (old, new, going):
            await tx.results.replace(whole.id, [Result(0, "x"), Result(1, None, flagged=True)])
            await tx.pictures.replace(whole.id, [NewPicture("a", path="a", extension="png")])
        await tx.results.replace(empty.id, [Result(0, None)])
        moment = NOON + timedelta(minutes=1)
        assert await tx.jobs.with_old_results(moment) == [old.id]
        assert await tx.jobs.with_old_pictures(moment) == [old.id]


async def test_rows_without_a_job_are_refused(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        async with database.write() as tx:
            await tx.results.replace("0000000000", [Result(0, "x")])


async def test_a_note_takes_the_place_of_the_earlier_one(database: Database) -> None:
    async with database.write() as tx:
        assert await tx.notes.get("a") is None
        await tx.notes.put("a", "1")
        await tx.notes.put("a", "2")
        assert await tx.notes.get("a") == "2"


def test_a_word_that_the_schema_does_not_know_is_refused_by_the_database(url: str, by_hand: object) -> None:
    assert callable(by_hand)
    with pytest.raises(sa.exc.IntegrityError):
        by_hand(
            url,
            "INSERT INTO keys (owner_id, provider, sealed, fingerprint, added_at) "
            "VALUES (1, 'tomorrow', 'x', '1', '2026-03-01')",
        )
