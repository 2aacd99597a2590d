"""AWS Signature Version 4 in the query string, as the asset hosts hand out and demand it (novita-api §2.1, §2.2).

Pure arithmetic: what a link looks like, and whether a request is that link to the letter. No storage, no sockets.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from bot.sandbox.novita.errors import StorageRefused

REGION = "ap-southeast-1"
_STAMP = "%Y%m%dT%H%M%SZ"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@dataclass(slots=True, kw_only=True)
class Signer:
    """One asset host's credentials. Only `host` is a signed header, as in the documented links.

    `host` (`host:port`) is known once the host listens.
    """

    access_key: str
    secret: str = field(repr=False)
    host: str

    def link(self, method: str, path: str, *, at: datetime, ttl: int) -> str:
        """A presigned URL for one object and one method, valid `ttl` seconds from `at`."""
        return f"http://{self.host}{self._target(method, path, stamp=at.strftime(_STAMP), ttl=str(ttl))}"

    def check(self, method: str, target: str, *, host: str, now: datetime) -> None:
        """Raise `StorageRefused` unless the request is, to the letter, a link that is still valid.

        Stricter than S3 in one point: parameters in another order or encoding are refused too, because a client
        has no business touching them.
        """
        path, _, query = target.partition("?")
        given = dict(parse_qsl(query, keep_blank_values=True))
        if not given:
            raise StorageRefused(403, "AccessDenied", "Access Denied")
        stamp, ttl = given.get("X-Amz-Date", ""), given.get("X-Amz-Expires", "")
        try:
            signed_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
            expires = signed_at + timedelta(seconds=int(ttl))
            signature = given["X-Amz-Signature"]
        except (ValueError, KeyError):
            raise StorageRefused(
                400,
                "AuthorizationQueryParametersError",
                "Query-string authentication version 4 is incomplete.",
            ) from None
        expected = self._target(method, path, stamp=stamp, ttl=ttl, raw_path=True)
        if host != self.host or not hmac.compare_digest(expected.encode(), target.encode()):
            raise StorageRefused(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. "
                "Check your key and signing method.",
                details={"AWSAccessKeyId": self.access_key, "SignatureProvided": signature},
            )
        if now > expires:
            raise expired(ttl=ttl, expires=expires, now=now)

    def _target(self, method: str, path: str, *, stamp: str, ttl: str, raw_path: bool = False) -> str:
        day = stamp[:8]
        scope = f"{day}/{REGION}/s3/aws4_request"
        uri = path if raw_path else quote(path, safe="/-_.~")
        pairs = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{self.access_key}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": ttl,
            "X-Amz-SignedHeaders": "host",
            "x-id": "PutObject" if method == "PUT" else "GetObject",
        }
        query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(pairs.items()))
        canonical = f"{method}\n{uri}\n{query}\nhost:{self.host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"AWS4{self.secret}".encode()
        for part in (day, REGION, "s3", "aws4_request"):
            key = _hmac(key, part)
        signature = _hmac(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}").hex()
        return f"{uri}?{query}&X-Amz-Signature={signature}"


def expired(*, ttl: str, expires: datetime, now: datetime) -> StorageRefused:
    """What S3 says to a link past its time (novita-api §2.2)."""
    return StorageRefused(
        403,
        "AccessDenied",
        "Request has expired",
        details={
            "X-Amz-Expires": ttl,
            "Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ServerTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )
