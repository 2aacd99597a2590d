"""Writing, rewriting and removing messages, whoever asks: channel routes, callbacks and follow-ups.

Checks what a body may say and what files may weigh. Who may write where is decided by the routes.
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.discord.bodies import IncomingFile
from bot.sandbox.discord.components import media_of, numbered, walk
from bot.sandbox.discord.media import facts, plain_name
from bot.sandbox.discord.refusals import Form, Path, empty_message, too_large
from bot.sandbox.discord.rules import messages as rules
from bot.sandbox.discord.state import (
    EPHEMERAL,
    LOADING,
    MEBIBYTE,
    SUPPRESS_EMBEDS,
    V2,
    Channel,
    Post,
    Upload,
    User,
    World,
)
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.wire_messages import SCHEME, embed_files

_MENTION = re.compile(r"<@!?(\d+)>")
_MOST_AT_ONCE = 25 * MEBIBYTE


def weigh(files: dict[int, IncomingFile], *, limit: int) -> None:
    """Refuse (413/40005) a file over `limit` bytes, and more than 25 MiB at once where `limit` is smaller."""
    sizes = [len(each.data) for each in files.values()]
    if any(size > limit for size in sizes) or sum(sizes) > max(limit, _MOST_AT_ONCE):
        raise too_large()


def compose(
    world: World,
    *,
    channel: Channel,
    author: User,
    body: Json,
    files: dict[int, IncomingFile],
    limit: int,
    path: Path = (),
    by_token: bool = False,
    shown_to: User | None = None,
) -> Post:
    """Check a new message and make its post, not yet in the channel. `path` is where the body lies in the
    request (for the errors), `by_token` an interaction's answer, `shown_to` the one who sees an ephemeral.
    """
    weigh(files, limit=limit)
    wanted = body.get("flags")
    flags = wanted if isinstance(wanted, int) else 0
    flags &= SUPPRESS_EMBEDS | V2 | (EPHEMERAL if by_token else 0)
    if shown_to is not None:
        flags |= EPHEMERAL
    form = Form()
    rules.check_files(form, path, body.get("attachments"), new=files, kept=())
    uploads = _uploads(world, channel, body, files, ephemeral=bool(flags & EPHEMERAL))
    rules.check(form, path, body, v2=bool(flags & V2), filenames={each.filename for each in uploads})
    content, embeds = str(body.get("content") or "").strip(), body.get("embeds") or []
    if flags & V2:
        rules.no_legacy_with_v2(form, path, content=content, embeds=embeds)
    form.settle()
    post = Post(world.snowflake(), channel, author, world.clock.time(), content=content, flags=flags)
    post.embeds = embeds
    post.components = numbered(body.get("components") or [])
    post.uploads = uploads
    _mentions(world, post, body.get("allowed_mentions"), by_token=by_token)
    _not_empty(post)
    return post


def publish(world: World, post: Post) -> None:
    """Put a composed post into its channel; an archived thread wakes up."""
    channel = post.channel
    for upload in post.uploads:
        world.uploads[upload.id] = upload
    channel.posts[post.id] = post
    if channel.archived and not channel.locked:
        channel.archive(archived=False)
    world.tell("MESSAGE_CREATE", post)


def rewrite(
    world: World,
    post: Post,
    *,
    body: Json,
    files: dict[int, IncomingFile],
    limit: int,
    path: Path = (),
    by_token: bool = False,
) -> None:
    """Check an edit and apply it. Keys that are absent change nothing; files not listed go; V2 stays."""
    weigh(files, limit=limit)
    wanted = body.get("flags") if isinstance(body.get("flags"), int) else None
    flags = post.flags & ~LOADING
    if wanted is not None:
        flags = (flags & ~SUPPRESS_EMBEDS) | (wanted & (SUPPRESS_EMBEDS | V2))
    form = Form()
    had = {each.id for each in post.uploads}
    rules.check_files(form, path, body.get("attachments"), new=files, kept=had)
    added = _uploads(world, post.channel, body, files, ephemeral=post.ephemeral)
    uploads = [*_kept(post, body), *added]
    if len(uploads) > rules.MOST_FILES:
        message = f"Must be {rules.MOST_FILES} or fewer in length."
        form.wrong((*path, "attachments"), "BASE_TYPE_MAX_LENGTH", message)
    names = {each.filename for each in uploads}
    rules.check(form, path, body, v2=bool(flags & V2), filenames=names)
    content = str(body["content"] or "").strip() if "content" in body else post.content
    embeds = (body["embeds"] or []) if "embeds" in body else post.embeds
    if flags & V2:
        rules.no_legacy_with_v2(form, path, content=content, embeds=embeds)
    if "components" not in body and not _shown(post.components) <= names:
        message = "The referenced attachment was not found"
        form.wrong((*path, "components"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
    form.settle()
    components = numbered(body["components"] or []) if "components" in body else post.components
    if not (content or embeds or components or uploads):
        raise empty_message()
    filled = post.loading
    post.content, post.embeds, post.components, post.uploads, post.flags = (
        content, embeds, components, uploads, flags,
    )  # fmt: skip
    if "content" in body or "components" in body or "allowed_mentions" in body:
        _mentions(world, post, body.get("allowed_mentions"), by_token=by_token)
    for upload in added:
        world.uploads[upload.id] = upload
    if not filled:
        post.edits.append(world.clock.time())
    world.tell("MESSAGE_UPDATE", post)


def remove(world: World, post: Post) -> None:
    """Delete a message; its files vanish from the CDN with it."""
    post.deleted = True
    post.channel.posts.pop(post.id, None)
    for upload in post.uploads:
        world.uploads.pop(upload.id, None)
    world.tell("MESSAGE_DELETE", post)


def upload_path(world: World, *, channel: Channel, number: int, filename: str, ephemeral: bool) -> str:
    """Where a file lies on the CDN."""
    if ephemeral:
        return f"/ephemeral-attachments/{world.application_id}/{number}/{filename}"
    return f"/attachments/{channel.id}/{number}/{filename}"


def _not_empty(post: Post) -> None:
    if not (post.content or post.embeds or post.components or post.uploads):
        raise empty_message()


def _uploads(
    world: World, channel: Channel, body: Json, files: dict[int, IncomingFile], *, ephemeral: bool
) -> list[Upload]:
    listed: dict[str, Any] = {
        str(each.get("id")): each for each in body.get("attachments") or [] if isinstance(each, dict)
    }
    uploads = []
    for n, file in sorted(files.items()):
        said = listed.get(str(n), {})
        name = plain_name(str(said.get("filename") or file.filename))
        number = world.snowflake()
        path = upload_path(world, channel=channel, number=number, filename=name, ephemeral=ephemeral)
        description = said.get("description")
        known = facts(name, file.data)
        uploads.append(Upload(number, path, name, file.data, known, description, ephemeral))
    return uploads


def _kept(post: Post, body: Json) -> list[Upload]:
    if body.get("attachments") is None:
        return list(post.uploads)
    listed = {str(each.get("id")) for each in body["attachments"] if isinstance(each, dict)}
    embedded = embed_files(post) if "embeds" not in body and not post.flags & V2 else set()
    return [each for each in post.uploads if str(each.id) in listed or each.filename in embedded]


def _shown(components: list[Json]) -> set[str]:
    urls = [str(media["url"]) for each in walk(components) for media in media_of(each)]
    return {url.removeprefix(SCHEME) for url in urls if url.startswith(SCHEME)}


def _mentions(world: World, post: Post, allowed: Json | None, *, by_token: bool) -> None:
    kinds = ["users"] if by_token else ["users", "roles", "everyone"]
    ids: set[str] = set()
    if allowed is not None:
        kinds = allowed.get("parse") or []
        ids = {str(each) for each in allowed.get("users") or []}
    texts = [post.content, *(str(each.get("content") or "") for each in walk(post.components))]
    named = [found for text in texts for found in _MENTION.findall(text)]
    post.mentions = [
        world.users[int(each)]
        for each in dict.fromkeys(named)
        if int(each) in world.users and ("users" in kinds or each in ids)
    ]
    loud = any(word in text for word in ("@everyone", "@here") for text in texts)
    post.mention_everyone = loud and "everyone" in kinds and post.channel.may(post.author, "MENTION_EVERYONE")
