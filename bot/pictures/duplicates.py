"""Which pictures of a set are the same, or nearly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.look import distance
from bot.pictures.verdicts import DuplicateOf, NearDuplicateOf

NEAR = 8
"""Bits of 64 in which the fingerprints of near duplicates differ at most."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The picture at `index` repeats the one at `of`, which comes before it. Names may repeat, places do not."""

    index: int
    of: int
    verdict: DuplicateOf | NearDuplicateOf


def duplicates(pictures: Sequence[tuple[str, str, int]]) -> list[Resemblance]:
    """Of (name, sha256, phash) each: for every picture that repeats an earlier one, which one and how.

    An exact copy is paired with the first of its kind, a near one with the earlier picture nearest to it (exact
    copies aside).
    """
    found: list[Resemblance] = []
    firsts: dict[str, int] = {}
    for index, (_, sha256, phash) in enumerate(pictures):
        if sha256 in firsts:
            of = firsts[sha256]
            found.append(Resemblance(index, of, DuplicateOf(pictures[of][0])))
            continue
        nearest = min(firsts.values(), key=lambda at: distance(pictures[at][2], phash), default=None)
        if nearest is not None and distance(pictures[nearest][2], phash) <= NEAR:
            found.append(Resemblance(index, nearest, NearDuplicateOf(pictures[nearest][0])))
        firsts[sha256] = index
    return found
