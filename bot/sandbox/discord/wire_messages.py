"""Discord's JSON of messages and their files. Every rendering signs the links anew (discord-platform §7)."""

from __future__ import annotations

from bot.sandbox.discord import components
from bot.sandbox.discord.state import V2, Post, Upload, User, World
from bot.sandbox.discord.wire import Json, user

SCHEME = "attachment://"


def attachment(world: World, upload: Upload) -> Json:
    """A file of a message, a command or a modal."""
    url = world.links.sign(upload.path)
    body: Json = {
        "id": str(upload.id),
        "filename": upload.filename,
        "size": len(upload.data),
        "url": url,
        "proxy_url": url,
        "content_type": upload.facts.content_type,
    }
    if upload.facts.width is not None:
        body |= {"width": upload.facts.width, "height": upload.facts.height}
    if upload.description is not None:
        body["description"] = upload.description
    if upload.ephemeral:
        body["ephemeral"] = True
    return body


def embed_files(post: Post) -> set[str]:
    """Names of the files that the embeds show; those are not listed among the attachments again."""
    names = set()
    for embed in post.embeds:
        for part, key in (
            ("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url"),
        ):  # fmt: skip
            url = str((embed.get(part) or {}).get(key) or "")
            if url.startswith(SCHEME):
                names.add(url.removeprefix(SCHEME))
    return names


def message(world: World, post: Post, *, created: bool = False) -> Json:
    """A message in full. Its nonce is told where it is `created`, and to nobody who fetches it later."""
    body = _basic(world, post)
    if created and post.nonce is not None:
        body["nonce"] = post.nonce
    if post.reference is not None:
        place, message_id = post.reference
        found = place.posts.get(message_id)
        visible = found is not None and not found.deleted
        body["referenced_message"] = _basic(world, found) if found is not None and visible else None
    return body


def for_reader(world: World, post: Post, *, reader: User, created: bool = False) -> Json:
    """A message as the bot gets it without the message content intent: foreign guild texts come empty."""
    body = message(world, post, created=created)
    own = post.author is reader or reader in post.mentions or post.channel.guild is None
    if not own:
        body |= {"content": "", "attachments": [], "embeds": [], "components": []}
    return body


def _basic(world: World, post: Post) -> Json:
    hidden = embed_files(post) if not post.flags & V2 else set()
    body: Json = {
        "id": str(post.id),
        "channel_id": str(post.channel.id),
        "type": post.type,
        "author": user(post.author),
        "content": post.content,
        "mentions": [user(each) for each in post.mentions],
        "mention_roles": [],
        "mention_everyone": post.mention_everyone,
        "attachments": [attachment(world, each) for each in post.uploads if each.filename not in hidden],
        "embeds": [_embed(world, post, embed) for embed in post.embeds],
        "components": components.resolved(post.components, lambda url: _media(world, post, url)),
        "timestamp": world.instant(post.created),
        "edited_timestamp": world.instant(post.edits[-1]) if post.edits else None,
        "flags": post.flags,
        "pinned": False,
        "tts": False,
    }
    if post.via is not None:
        body |= {"webhook_id": str(world.application_id), "application_id": str(world.application_id)}
    if post.origin is not None:
        body["interaction_metadata"] = post.origin
    if post.reference is not None:
        place, message_id = post.reference
        body["message_reference"] = {
            "type": 0,
            "channel_id": str(place.id),
            "message_id": str(message_id),
        }
        if place.guild is not None:
            body["message_reference"]["guild_id"] = str(place.guild.id)
    return body


def _file(post: Post, url: str) -> Upload | None:
    name = url.removeprefix(SCHEME)
    return next((each for each in post.uploads if each.filename == name), None)


def _media(world: World, post: Post, url: str) -> Json:
    upload = _file(post, url) if url.startswith(SCHEME) else None
    if upload is None:
        return components.outside_media(url)
    signed = world.links.sign(upload.path)
    return {
        "id": str(upload.id),
        "attachment_id": str(upload.id),
        "url": signed,
        "proxy_url": signed,
        "width": upload.facts.width,
        "height": upload.facts.height,
        "content_type": upload.facts.content_type,
        "name": upload.filename,
        "size": len(upload.data),
    }


def _embed(world: World, post: Post, embed: Json) -> Json:
    body: Json = {key: value for key, value in embed.items() if value is not None}
    body["type"] = "rich"
    for part in ("image", "thumbnail"):
        if part in body:
            media = _media(world, post, body[part]["url"])
            body[part] = {
                key: media[key] for key in ("url", "proxy_url", "width", "height") if media.get(key)
            }
    for part in ("author", "footer"):
        if part in body:
            known = {key: value for key, value in body[part].items() if value is not None}
            if "icon_url" in known:
                known["icon_url"] = _media(world, post, known["icon_url"])["url"]
                known["proxy_icon_url"] = known["icon_url"]
            body[part] = known
    if "fields" in body:
        body["fields"] = [field | {"inline": field.get("inline") or False} for field in body["fields"]]
    return body
