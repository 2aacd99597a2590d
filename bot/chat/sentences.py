"""Every sentence for what can be refused or go wrong: what happened, then what would work.

One `singledispatch` over the facts of `bot.domain.errors`, and one over the verdicts on pictures. A test proves that
every fact has a sentence of its own.
"""

from __future__ import annotations

import re
from functools import singledispatch
from typing import Any, Final

import discord

from bot.domain import errors as facts
from bot.domain.models import Family, ProviderName
from bot.services.desk import JobView

_FORMATS: Final = re.compile(r"[\\*_~|`<>\[\]]|^[#+-]")
"""What Discord reads as a format, a link or a mention; after a backslash it is shown as it is (also within a URL)."""


def shown(text: str, *, most: int = 200) -> str:
    """Text that a person typed, or a service sent, so that it can neither format nor mention anything.

    At most `most` characters, with the marks that keep it harmless.
    """
    plain = " ".join(text.split())
    kept = min(most, len(plain))
    while True:
        clipped = plain if kept == len(plain) else f"{plain[: kept - 1]}…"
        escaped = discord.utils.escape_mentions(_FORMATS.sub(r"\\\g<0>", clipped))
        if len(escaped) <= most or kept <= 1:
            return escaped
        kept = max(1, kept - (len(escaped) - most + 1) // 2)


def code(text: str, *, most: int = 100) -> str:
    """The same in a code span."""
    plain = " ".join(text.split()).replace("`", "'") or "…"
    return f"`{plain if len(plain) <= most else f'{plain[: most - 1]}…'}`"


def provider(name: str) -> str:
    """A service by the name that it writes itself."""
    try:
        return ProviderName(name).label
    except ValueError:
        return shown(name, most=20)


def family(name: str) -> str:
    """An architecture by its usual name."""
    try:
        return Family(name).label
    except ValueError:
        return shown(name, most=20)


@singledispatch
def explain(refusal: facts.Refusal) -> str:
    """The sentence for a refusal."""
    raise LookupError(f"no sentence for {type(refusal).__name__}")


@explain.register
def _(refusal: facts.Unexplained) -> str:
    return (
        "Something went wrong on my side, and it is in my log. Please try again in a moment; if it happens again, "
        f"tell whoever runs me this reference: {code(refusal.reference)}."
    )


@explain.register
def _(_: facts.BadKey) -> str:
    return (
        "That does not look like an API key. Copy the whole key, without spaces, from the provider's key page "
        "and run **/key set** again."
    )


@explain.register
def _(refusal: facts.NoKey) -> str:
    return (
        f"You have not given me a key for {provider(refusal.provider)} yet, and it is your own account that pays. "
        "Run **/key set**, paste your API key there, then try again."
    )


@explain.register
def _(refusal: facts.KeyUnreadable) -> str:
    return (
        f"I can no longer read the {provider(refusal.provider)} key that you gave me: whoever runs me has changed the "
        "encryption. Give it to me once more with **/key set**."
    )


@explain.register
def _(refusal: facts.ProviderRefusal) -> str:
    return f"{provider(refusal.provider)} refused this. Nothing was ordered; try again with other settings."


@explain.register
def _(refusal: facts.KeyRefused) -> str:
    name = provider(refusal.provider)
    return (
        f"{name} does not accept this key. Check on {name}'s key page that it still exists, then give it to me "
        "again with **/key set**."
    )


@explain.register
def _(refusal: facts.BalanceEmpty) -> str:
    name = provider(refusal.provider)
    return (
        f"Your {name} account has too little credit for this, so nothing was ordered. Top it up at {name}, "
        "then try again; **/key show** tells your balance."
    )


@explain.register
def _(refusal: facts.RateLimited) -> str:
    name = provider(refusal.provider)
    when = (
        "in a minute" if refusal.retry_after is None else f"in {max(1, round(refusal.retry_after))} seconds"
    )
    return f"{name} takes no more requests from your account for the moment. Nothing was ordered; try again {when}."


@explain.register
def _(refusal: facts.PromptRefused) -> str:
    name = provider(refusal.provider)
    return f"{name}'s content rules refuse this prompt. Nothing was painted; say it in other words."


@explain.register
def _(refusal: facts.PictureRefusedByProvider) -> str:
    name = provider(refusal.provider)
    reasons = {
        "IMAGE_NO_FACE_DETECTED": "found no face in a picture. Use portraits in which the face is clearly seen",
        "ILLEGAL_IMAGE_CONTENT": "refuses a picture by its content rules. Leave that picture out",
        "IMAGE_FILE_EXCEEDS_MAX_SIZE": "finds a picture file too big. Send a smaller one",
        "IMAGE_EXCEEDS_MAX_RESOLUTION": "finds that a picture has too many pixels. Send a smaller one",
        "INVALID_IMAGE_FORMAT": "cannot read a picture. Send it as PNG, JPEG or WebP",
        "INVALID_IMAGE_SIZE": "does not take a picture of this width and height. Crop it closer to a square",
    }
    reason = reasons.get(refusal.reason, "refuses a picture. Try with others")
    return f"{name} {reason}, then try again."


@explain.register
def _(refusal: facts.RequestRefused) -> str:
    detail = f" It says: “{shown(refusal.detail)}”." if refusal.detail else ""
    return (
        f"{provider(refusal.provider)} does not take these settings, so nothing was ordered.{detail} "
        "Try again with fewer options; the defaults always work."
    )


@explain.register
def _(refusal: facts.NotAllowed) -> str:
    name = provider(refusal.provider)
    return (
        f"{name} does not let your account use this ({code(refusal.reason)}). Look at your account on {name}'s "
        "site (verification, billing), then try again."
    )


@explain.register
def _(refusal: facts.EndpointGone) -> str:
    return (
        f"{provider(refusal.provider)} no longer offers this. Nothing was ordered; please tell whoever runs me, so "
        "that it can be mended or taken away."
    )


@explain.register
def _(refusal: facts.FrontRefused) -> str:
    return (
        f"{provider(refusal.provider)}'s network turns me away before it looks at your key, so your key is not at "
        "fault. Please tell whoever runs me, and try again later."
    )


@explain.register
def _(refusal: facts.ProviderDown) -> str:
    name = provider(refusal.provider)
    return f"{name} does not answer at the moment. Nothing was ordered; try again in a few minutes."


@explain.register
def _(refusal: facts.ProviderNonsense) -> str:
    return (
        f"{provider(refusal.provider)} answered with something that I cannot make sense of. Try again in a few "
        "minutes; if it stays like this, tell whoever runs me."
    )


@explain.register
def _(refusal: facts.UploadRefused) -> str:
    return (
        f"{provider(refusal.provider)}'s storage did not take the pictures, also with fresh addresses. Nothing was "
        "ordered; press **Order again** in a few minutes."
    )


@explain.register
def _(refusal: facts.OutcomeUnknown) -> str:
    name = provider(refusal.provider)
    return (
        f"I sent the order to {name} and never learnt whether it was taken, so **it may have been paid for**. I do "
        f"not send it a second time by myself. Look at your account on {name}'s site; **Order again** places a new "
        "order, which costs anew."
    )


@explain.register
def _(refusal: facts.TaskLost) -> str:
    return (
        f"{provider(refusal.provider)} no longer knows this task, so there is nothing left to fetch. Order it anew "
        "if you still want it."
    )


@explain.register
def _(refusal: facts.TaskFailed) -> str:
    reason = f" It says: “{shown(refusal.reason)}”." if refusal.reason else " It gives no reason."
    name = provider(refusal.provider)
    return f"{name} gave this up without a result.{reason} Try again, perhaps with other settings."


@explain.register
def _(refusal: facts.ResultLost) -> str:
    return (
        f"The pictures were painted, but {provider(refusal.provider)}'s links to them stopped working before I "
        "could fetch them. **Order again** paints them anew with the same seed; it costs anew."
    )


@explain.register
def _(refusal: facts.ResultWithheld) -> str:
    what = "the picture" if refusal.count == 1 else f"all {refusal.count} pictures"
    return (
        f"{provider(refusal.provider)} flagged {what} as not safe for everyone, so I show nothing here. Try other "
        "words, or paint in an age-restricted channel."
    )


@explain.register
def _(refusal: facts.NoPictures) -> str:
    return (
        f"A training needs pictures: attach at least {refusal.minimum} with **picture1**, **picture2** … or all of "
        "them as one **zip**, and run the command again."
    )


@explain.register
def _(refusal: facts.TooFewGiven) -> str:
    have = "1 file" if refusal.given == 1 else f"{refusal.given} files"
    return (
        f"You attached {have}, and a training needs at least {refusal.minimum} pictures (ten or more make a good one). "
        "Nothing was ordered; attach more, or all of them as one **zip**, and run **/train** again."
    )


@explain.register
def _(refusal: facts.TooFewPictures) -> str:
    have = {0: "None of these can be used", 1: "Only 1 picture can be used"}.get(
        refusal.usable, f"Only {refusal.usable} pictures can be used"
    )
    return (
        f"{have}, and a training needs at least {refusal.minimum} (ten or more make a good one). Nothing was "
        "ordered; attach more and run **/train** again."
    )


@explain.register
def _(refusal: facts.TooManyPictures) -> str:
    return (
        f"These are {refusal.given} pictures, and a training takes {refusal.limit} at most. Nothing was ordered; "
        f"choose your best {refusal.limit} or fewer and run **/train** again."
    )


@explain.register
def _(_: facts.PicturesGone) -> str:
    return "Discord no longer has the files that you attached. Nothing was ordered; attach them again with **/train**."


@explain.register
def _(_: facts.PicturesUnreachable) -> str:
    return (
        "Discord's file server does not answer, so I could not fetch your pictures. Nothing was ordered; run "
        "**/train** again in a few minutes."
    )


@explain.register
def _(refusal: facts.BadName) -> str:
    return (
        f"A LoRA's name has 1 to {refusal.limit} characters and no comma, colon or backtick. Something short like "
        "`mara` works best."
    )


@explain.register
def _(refusal: facts.BadTrigger) -> str:
    return (
        f"A trigger word has at most {refusal.limit} characters: letters, digits, spaces, `-` and `_`. A rare word "
        "like `zqx_mara` works best; leave it out and I make one."
    )


@explain.register
def _(refusal: facts.NameTaken) -> str:
    return (
        f"You already have a LoRA called {code(refusal.name)}. Choose another name, or free this one with "
        "**/loras rename** or **/loras forget**."
    )


@explain.register
def _(refusal: facts.UnknownBaseModel) -> str:
    return f"{code(refusal.value)} is no base model that I can train on. Pick one from the list under **base_model**."


@explain.register
def _(refusal: facts.UnknownModel) -> str:
    return f"I know no model called {code(refusal.value)}. Pick one from the list under **model**, or leave it out."


@explain.register
def _(_: facts.PromptEmpty) -> str:
    return "Tell me what to paint: the prompt is empty."


@explain.register
def _(refusal: facts.PromptTooLong) -> str:
    what = "negative prompt" if refusal.negative else "prompt"
    added = "" if refusal.negative else " with the trigger words that I add"
    return (
        f"The {what} has {refusal.length} characters{added}, and {refusal.limit} is the most. Shorten it by "
        f"{refusal.length - refusal.limit} and try again."
    )


@explain.register
def _(refusal: facts.BadShape) -> str:
    return (
        f"{code(refusal.value)} is no shape that I know. Use `square`, `portrait`, `landscape`, `wide`, or a size "
        f"such as `640x768`, each side from {refusal.smallest} to {refusal.largest}."
    )


@explain.register
def _(refusal: facts.OutOfRange) -> str:
    return f"**{refusal.option}** goes from {refusal.smallest} to {refusal.largest}. Choose a value between them."


@explain.register
def _(refusal: facts.UnknownLora) -> str:
    return f"You have no LoRA called {code(refusal.name)}. **/loras list** shows yours; **/train** makes a new one."


@explain.register
def _(refusal: facts.LoraNotReady) -> str:
    return f"{code(refusal.name)} is still in training. **/status** shows how far it is; try again when it is ready."


@explain.register
def _(refusal: facts.BadWeight) -> str:
    return f"{code(refusal.value)} is no weight for a LoRA. Write a number from 0 to 1, such as `mara:0.8`."


@explain.register
def _(refusal: facts.TooManyLoras) -> str:
    return f"A painting takes at most {refusal.limit} LoRAs. Leave some out and try again."


@explain.register
def _(refusal: facts.WrongFamily) -> str:
    return (
        f"{code(refusal.lora)} was trained for {family(refusal.lora_family)}, and {shown(refusal.model)} is "
        f"{family(refusal.model_family)}: they do not go together. Pick a model for {family(refusal.lora_family)}, or "
        "leave **model** out and I choose one that fits."
    )


@explain.register
def _(refusal: facts.MixedFamilies) -> str:
    names = ", ".join(code(name) for name in refusal.names)
    return f"{names} were trained for different kinds of model and cannot paint together. Use only one kind at a time."


@explain.register
def _(_: facts.UnknownJob) -> str:
    return "I know no such job of yours. **/status** lists your jobs."


@explain.register
def _(_: facts.NotYours) -> str:
    return "That button belongs to somebody else's job. **/status** shows your own."


@explain.register
def _(refusal: facts.TooLateToCancel) -> str:
    if refusal.state == "submitting":
        return "This is being ordered at this very moment. Press **Cancel** again in a few seconds."
    if refusal.state in ("fetching", "delivering"):
        return "This is finished already and on its way to you."
    return "This is over already, so there is nothing to cancel. **/status** shows how it ended."


@explain.register
def _(refusal: facts.TooManyJobs) -> str:
    return (
        f"You have {refusal.limit} jobs under way, which is the most. Wait for one to finish, or cancel one in "
        "**/status**."
    )


@explain.register
def _(refusal: facts.TookTooLong) -> str:
    if refusal.state == "gathering":
        return "I kept trying and could not fetch your pictures. Nothing was ordered; run **/train** again."
    return (
        "I kept trying for hours and could not even place the order, so I gave it up. Nothing was ordered this time; "
        "press **Order again** or run the command once more."
    )


@explain.register
def _(_: facts.CannotOrderAgain) -> str:
    return (
        "This cannot be ordered again as it was: it went well, or its pictures are no longer kept. Run the command "
        "once more."
    )


@explain.register
def _(refusal: facts.NothingToShow) -> str:
    return (
        f"I no longer have these pictures (I keep them for {refusal.days} days). The same prompt and seed paint "
        "them anew."
    )


def explained(view: JobView) -> str | None:
    """Why a job ended, from what is stored with it."""
    return None if view.job.failure is None else explain(facts.Refusal.from_facts(view.job.failure))


def verdict(stored: dict[str, Any]) -> str:
    """Why a picture was refused, from what is stored with it: the rest of a sentence that begins with its name."""
    match stored:
        case {"code": "not_a_picture", "seen": str(seen)}:
            return f"is {_article(seen)}, not a picture"
        case {"code": "not_a_picture"}:
            return "is not a picture that I know; PNG, JPEG, WebP or HEIC work"
        case {"code": "not_an_archive"}:
            return "is not a zip that I can open; PNG, JPEG, WebP, HEIC or a zip of them work"
        case {"code": "broken"}:
            return "is cut short or damaged; save it again"
        case {"code": "too_many_pixels", "width": width, "height": height, "limit": int(limit)}:
            return f"has {width} × {height} pixels; up to {limit // 1_000_000} megapixels work"
        case {"code": "too_small", "width": width, "height": height, "minimum": minimum}:
            return f"has only {width} × {height} pixels; each side needs {minimum} or more"
        case {"code": "too_heavy", "limit": int(limit)}:
            return f"is too big; up to {limit // (1024 * 1024)} MiB work"
        case {"code": "archive_too_heavy", "limit": int(limit)}:
            return f"comes after {limit // (1024 * 1024)} MiB, which is all that I take out of one zip"
        case {"code": "too_many_frames"}:
            return "is a long animation; send one frame of it as a picture"
        case {"code": "duplicate_of", "name": str(name)}:
            return f"is the same picture as {code(name, most=40)}"
        case {"code": "near_duplicate_of", "name": str(name)}:
            return f"looks just like {code(name, most=40)}"
        case {"code": "nested_archive"}:
            return "is an archive inside the zip; put the pictures into the zip itself"
        case {"code": "unsafe_path"}:
            return "has a name that leads out of the zip; zip the pictures anew"
        case {"code": "not_a_file"}:
            return "is a link, not a file"
        case {"code": "encrypted"}:
            return "is locked with a password; zip the pictures without one"
        case {"code": "unknown_compression"}:
            return "is packed in a way that I cannot read; make an ordinary zip"
        case {"code": "too_many_members"}:
            return "is one too many"
        case {"code": "compressed_too_well"}:
            return "unpacks to far too much to be a picture"
        case {"code": "directory_too_long"}:
            return "lists far too many files; zip only the pictures"
        case {"code": "blurry"}:
            return "is blurred; a sharp picture teaches more"
        case {"code": "pictures_gone"}:
            return "is no longer on Discord; attach it again"
        case _:
            return "cannot be used"


def _article(seen: str) -> str:
    names = {
        "text": "a text file",
        "pdf": "a PDF",
        **dict.fromkeys(("zip", "rar", "7z", "gzip"), "an archive"),
        "html": "a web page",
        "svg": "an SVG drawing",
        **dict.fromkeys(("mp4", "webm"), "a video"),
        **dict.fromkeys(("exe", "elf"), "a program"),
        "empty": "an empty file",
    }
    return names.get(seen, f"of a kind ({seen}) that I do not read")
