"""Asking for an upload URL, and the bucket behind it, as strict as S3 (novita-api §2).

The bucket is another host: it knows links, lengths and bytes, and no API key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hashlib import md5
from types import MappingProxyType

from aiohttp import web

from bot.sandbox.novita.assets import EXTENSIONS, Upload
from bot.sandbox.novita.calls import Call, Endpoint
from bot.sandbox.novita.errors import StorageRefused
from bot.sandbox.novita.replies import Reply, of_json
from bot.sandbox.novita.sniff import sniff
from bot.sandbox.novita.state import State

MAX_UPLOAD = 30 * 1024 * 1024
"""Bytes; the sources name no limit for training pictures (novita-api §2.2, SIM)."""


async def training_dataset(state: State, call: Call) -> Reply:
    """`POST /v3/assets/training_dataset`: one upload URL for one picture."""
    fields = call.fields()
    extension = fields.choice("file_extension", EXTENSIONS)
    if state.strict.unknown_fields:
        fields.refuse_unknown()
    asset = state.assets.create(extension, owner=call.account.name)
    url = state.bucket.link("PUT", asset.path, at=state.clock.now(), ttl=state.pace.upload_ttl)
    return of_json(
        {
            "assets_id": asset.id,
            "upload_url": url,
            "method": "PUT",
            "headers": {"Host": {"values": [state.bucket.host]}},
        }
    )


ENDPOINTS: Mapping[tuple[str, str], Endpoint] = MappingProxyType(
    {("POST", "/v3/assets/training_dataset"): training_dataset}
)


def refuse_second_authorization(request: web.BaseRequest) -> None:
    """S3 refuses a request that is signed in its query and carries a key as well; so do all our asset hosts."""
    if "Authorization" in request.headers:
        raise StorageRefused(
            400,
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
            "parameter or the Authorization header should be specified",
            details={"ArgumentName": "Authorization", "ArgumentValue": "…"},
        )


async def put(state: State, request: web.BaseRequest) -> Reply:
    """Store one picture under a presigned URL. Raises `StorageRefused`."""
    refuse_second_authorization(request)
    target = request.raw_path
    state.bucket.check(request.method, target, host=request.headers.get("Host", ""), now=state.clock.now())
    if (asset := state.assets.at(target.partition("?")[0])) is None:
        raise StorageRefused(404, "NoSuchKey", "The specified key does not exist.")
    if "Transfer-Encoding" in request.headers:
        raise StorageRefused(
            501, "NotImplemented", "A header you provided implies functionality that is not implemented",
            details={"Header": "Transfer-Encoding"},
        )  # fmt: skip
    if (length := request.content_length) is None:
        raise StorageRefused(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    if request.content_type.startswith("multipart/"):
        raise StorageRefused(
            400, "InvalidArgument", "A presigned PUT takes the bytes themselves, not a form."
        )
    if length > MAX_UPLOAD:
        raise StorageRefused(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            details={"ProposedSize": str(length), "MaxSizeAllowed": str(MAX_UPLOAD)},
        )
    data = await request.content.read(-1)
    if len(data) != length:
        raise StorageRefused(
            400, "IncompleteBody", "You did not provide the number of bytes specified by Content-Length."
        )
    sniffed = await asyncio.to_thread(sniff, data)
    asset.upload = Upload(
        asset=asset,
        size=length,
        content_type=request.headers.get("Content-Type", ""),
        sniffed=sniffed,
        data=data if state.keep_uploads else b"",
    )
    state.uploads.append(asset.upload)
    return Reply(content_type="", headers={"ETag": f'"{md5(data, usedforsecurity=False).hexdigest()}"'})
