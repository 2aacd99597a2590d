"""The keeper: deletes what is no longer to be kept, once at the start and then every hour."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from bot.domain.clock import Clock
from bot.domain.jobs import KEEP_PICTURES, KEEP_RESULTS
from bot.services.folders import Folders
from bot.storage.database import Database

log = logging.getLogger(__name__)

_EVERY: Final = 3600.0


class Keeper:
    """Retention, enforced."""

    def __init__(self, database: Database, *, folders: Folders, clock: Clock) -> None:
        self._database = database
        self._folders = folders
        self._clock = clock

    async def run(self) -> None:
        """Tidy up, for ever."""
        while True:
            await self.tidy()
            await asyncio.sleep(_EVERY)

    async def tidy(self) -> None:
        """Delete results after thirty days, and pictures of trainings that came to nothing after seven."""
        now = self._clock.now()
        async with self._database.read() as tx:
            results = await tx.jobs.with_old_results(now - KEEP_RESULTS)
            pictures = await tx.jobs.with_old_pictures(now - KEEP_PICTURES)
        for job_id in results:
            await self._folders.discard_results(job_id)
            async with self._database.write() as tx:
                await tx.results.discard(job_id)
        for job_id in pictures:
            await self._folders.discard_pictures(job_id)
            async with self._database.write() as tx:
                await tx.pictures.discard(job_id)
        strays = await self._strays()
        if results or pictures or strays:
            log.info("tidied", extra={"results": len(results), "pictures": len(pictures), "strays": strays})

    async def _strays(self) -> int:
        """Folders of trainings that are over and have no picture noted in them: a crash left them."""
        gone = 0
        for job_id in await self._folders.trainings():
            async with self._database.read() as tx:
                job = await tx.jobs.get(job_id)
                kept = [picture for picture in await tx.pictures.of(job_id) if picture.path is not None]
            if job is None or (job.state.over and not kept):
                await self._folders.discard_pictures(job_id)
                async with self._database.write() as tx:
                    await tx.pictures.discard(job_id)
                gone += 1
        return gone
