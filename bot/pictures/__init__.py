"""Pictures: reading, checking, scrubbing, fitting. Synchronous; run it in a small thread pool, never on the loop.

```
 file ─▶ source (kinds, formats, limits) ─▶ decode (colour) ─▶ look ─▶ check     judges, writes nothing
         the header, before any decoder     Pillow, libheif        └─▶ prepare   writes what leaves for a provider
```

`archive` takes the files out of a zip; `duplicates` compares what was prepared; `sheet` lays many out on one;
`ladder` brings a result under an upload limit; `inscribe` writes into it how it was made. `verdicts` are the facts that
all of them refuse with, `limits` how much is allowed. Nothing here knows of Discord, of providers or of sentences.
"""

from bot.pictures.archive import Member, RefusedMember, Unpacked, unpack
from bot.pictures.check import Checked, check
from bot.pictures.duplicates import Resemblance, duplicates
from bot.pictures.inscribe import inscribe
from bot.pictures.kinds import HEAD, Kind, kind_of, seen_in
from bot.pictures.ladder import Fitted, fit
from bot.pictures.limits import ArchiveLimits, Limits
from bot.pictures.look import BLURRY_BELOW, Look, distance
from bot.pictures.prepare import Prepared, prepare
from bot.pictures.sheet import contact_sheet
from bot.pictures.verdicts import (
    VERDICTS,
    ArchiveRefused,
    ArchiveTooHeavy,
    Blurry,
    Broken,
    CompressedTooWell,
    DirectoryTooLong,
    DuplicateOf,
    Encrypted,
    NearDuplicateOf,
    NestedArchive,
    NotAFile,
    NotAnArchive,
    NotAPicture,
    PictureRefused,
    TooHeavy,
    TooManyFrames,
    TooManyMembers,
    TooManyPixels,
    TooSmall,
    UnknownCompression,
    UnsafePath,
    Verdict,
    fact_from,
)

__all__ = [
    "BLURRY_BELOW",
    "HEAD",
    "VERDICTS",
    "ArchiveLimits",
    "ArchiveRefused",
    "ArchiveTooHeavy",
    "Blurry",
    "Broken",
    "Checked",
    "CompressedTooWell",
    "DirectoryTooLong",
    "DuplicateOf",
    "Encrypted",
    "Fitted",
    "Kind",
    "Limits",
    "Look",
    "Member",
    "NearDuplicateOf",
    "NestedArchive",
    "NotAFile",
    "NotAPicture",
    "NotAnArchive",
    "PictureRefused",
    "Prepared",
    "RefusedMember",
    "Resemblance",
    "TooHeavy",
    "TooManyFrames",
    "TooManyMembers",
    "TooManyPixels",
    "TooSmall",
    "UnknownCompression",
    "Unpacked",
    "UnsafePath",
    "Verdict",
    "check",
    "contact_sheet",
    "distance",
    "duplicates",
    "fact_from",
    "fit",
    "inscribe",
    "kind_of",
    "prepare",
    "seen_in",
    "unpack",
]
