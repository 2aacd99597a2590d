"""Where files rest between two steps of a job, below `DATA_DIR`. Deleting goes off the event loop."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path


class Folders:
    """A folder a job for training pictures, and one for results. Stored paths are relative to `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def incoming(self, job_id: str) -> Path:
        """What is being fetched from Discord; nothing in it outlives the look at it."""
        return self._made(self.root / "trainings" / job_id / "incoming")

    def pictures(self, job_id: str) -> Path:
        """Scrubbed pictures that wait for their upload."""
        return self._made(self.root / "trainings" / job_id)

    def results(self, job_id: str) -> Path:
        """Painted pictures that wait for their delivery."""
        return self._made(self.root / "results" / job_id)

    def fitted(self, job_id: str, limit: int) -> Path:
        """Copies of results that had to shrink to `limit` bytes."""
        return self._made(self.root / "results" / job_id / str(limit))

    def relative(self, path: Path) -> str:
        """The path as the database keeps it."""
        return path.relative_to(self.root).as_posix()

    def absolute(self, stored: str) -> Path:
        """The file that a stored path names. Errors: `ValueError` for a path that leads out of the folder."""
        path = (self.root / stored).resolve()
        if not path.is_relative_to(self.root):
            raise ValueError("a stored path leads out of the data folder")
        return path

    async def trainings(self) -> list[str]:
        """The jobs that have a folder for training pictures."""
        return await asyncio.to_thread(_names, self.root / "trainings")

    async def discard_incoming(self, job_id: str) -> None:
        """Delete what was fetched."""
        await self._delete(self.root / "trainings" / job_id / "incoming")

    async def discard_pictures(self, job_id: str) -> None:
        """Delete a training's pictures."""
        await self._delete(self.root / "trainings" / job_id)

    async def discard_results(self, job_id: str) -> None:
        """Delete a job's results."""
        await self._delete(self.root / "results" / job_id)

    async def delete(self, file: Path) -> None:
        """Delete one file, if it is still there."""
        await asyncio.to_thread(file.unlink, missing_ok=True)

    @staticmethod
    def _made(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @staticmethod
    async def _delete(folder: Path) -> None:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
