"""Misbehaviour on request: each fault meets the next N matching requests, or all until it is removed.

A fault acts before a request is handled (nothing is ordered then) or after it was handled well (the order is made).
What each one looks like on the wire is decided here; where they act is decided by `server`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Literal

from bot.sandbox.novita.assets import Assets
from bot.sandbox.novita.errors import Refused, StorageRefused
from bot.sandbox.novita.records import Place
from bot.sandbox.novita.replies import Json, Reply, Sending, of_json, of_refusal, of_storage_refusal, of_text
from bot.sandbox.novita.signing import expired

ORDERS = ("/v3/training/*", "/v3/async/*")
"""Paths whose POST costs money."""
TASKS = ("/v3/training/*", "/v3/async/task-result", "/v3/training")
"""Paths whose GET tells how an order stands."""
LOOKS = ("/v3/training/subject", "/v3/training/style")
"""Paths whose GET tells how one training stands."""
BALANCE = ("/v3/user", "/openapi/v1/billing/balance/detail")
TASK_RESULT = "/v3/async/task-result"
DATASET = "/v3/assets/training_dataset"

Legacy = Literal["msg", "error", "detail", "text", "empty"]
Change = Callable[[Reply], Reply]


@dataclass(slots=True, eq=False, kw_only=True)
class Fault:
    """One standing misbehaviour. `left` is None for one that stays; `hits` counts the requests that it met."""

    name: str
    place: Place
    method: str
    paths: Sequence[str]
    left: int | None
    hits: int = 0
    delay: float = 0.0
    before: Reply | None = None
    after: Change | None = None

    def matches(self, place: Place, method: str, path: str) -> bool:
        """True when it is still in force and meant for such a request."""
        return (
            self.left != 0
            and place is self.place
            and self.method in {"*", method}
            and any(fnmatchcase(path, pattern) for pattern in self.paths)
        )

    def spend(self) -> None:
        """Count one request that it met."""
        self.hits += 1
        if self.left is not None:
            self.left -= 1


@dataclass(slots=True, eq=False)
class Faults:
    """The faults in force, oldest first; every method below adds one and returns it.

    `path` is one pattern or several (`*` matches anything), `times` the number of requests, None for until removed.
    """

    _assets: Assets
    _all: list[Fault] = field(default_factory=list)

    def matching(self, place: Place, method: str, path: str) -> list[Fault]:
        """The faults that a request meets."""
        return [fault for fault in self._all if fault.matches(place, method, path)]

    def remove(self, fault: Fault) -> None:
        """End one fault."""
        self._all.remove(fault)

    def clear(self) -> None:
        """End all faults."""
        self._all.clear()

    # Orders that are made although the client never learns of it.

    def accept_and_hang(self, *, path: str | Sequence[str] = ORDERS, times: int | None = 1) -> Fault:
        """The order is made, the answer never comes; the connection stays open."""
        return self._after("accept and hang", path, times, lambda reply: replace(reply, sending=Sending.HANG))

    def accept_and_drop(self, *, path: str | Sequence[str] = ORDERS, times: int | None = 1) -> Fault:
        """The order is made, the connection is reset."""
        return self._after("accept and drop", path, times, lambda reply: replace(reply, sending=Sending.DROP))

    def accept_and_500(self, *, path: str | Sequence[str] = ORDERS, times: int | None = 1) -> Fault:
        """The order is made, 500 CREATE_TASK_FAILED is answered."""
        failed = of_refusal(Refused("CREATE_TASK_FAILED", "create task failed"))
        return self._after("accept and 500", path, times, lambda _: failed)

    # Refusals; nothing is ordered.

    def refuse(
        self,
        reason: str,
        *,
        message: str = "",
        status: int | None = None,
        path: str | Sequence[str] = "*",
        method: str = "*",
        times: int | None = 1,
    ) -> Fault:
        """Any documented reason of novita-api §12, with its status unless another is given."""
        reply = of_refusal(Refused(reason, message, status=status))
        return self._before(f"refuse {reason}", reply, path, times, method=method)

    def too_many(
        self,
        *,
        retry_after: int | None = None,
        path: str | Sequence[str] = "*",
        method: str = "*",
        times: int | None = 1,
    ) -> Fault:
        """429 RATE_LIMIT_EXCEEDED, with or without Retry-After (seconds)."""
        reply = of_refusal(Refused("RATE_LIMIT_EXCEEDED", "too many requests", retry_after=retry_after))
        return self._before("429", reply, path, times, method=method)

    def html(
        self, status: int = 502, *, path: str | Sequence[str] = "*", method: str = "*", times: int | None = 1
    ) -> Fault:
        """A proxy's error page."""
        page = f"<html><head><title>{status}</title></head><body><h1>{status} Bad Gateway</h1></body></html>"
        reply = of_text(page, status=status, content_type="text/html")
        return self._before(f"html {status}", reply, path, times, method=method)

    def front(self, code: int = 1010, *, path: str | Sequence[str] = "*", times: int | None = 1) -> Fault:
        """The network front: 403 with the plain text `error code: 1010`."""
        return self._before(f"front {code}", of_text(f"error code: {code}", status=403), path, times)

    def legacy(
        self,
        shape: Legacy,
        *,
        status: int = 400,
        message: str = "something went wrong",
        path: str | Sequence[str] = "*",
        times: int | None = 1,
    ) -> Fault:
        """An error body of an older gateway: `msg`, `{"error": {}}`, `detail`, plain text, or nothing (§1.2)."""
        bodies: dict[Legacy, Reply] = {
            "msg": of_json({"code": status, "msg": message}, status=status),
            "error": of_json({"error": {"message": message, "type": "invalid_request_error"}}, status=status),
            "detail": of_json({"detail": message}, status=status),
            "text": of_text(message, status=status),
            "empty": Reply(status=status, content_type=""),
        }
        return self._before(f"legacy {shape}", bodies[shape], path, times)

    # Time and broken connections; nothing is ordered by `drop` and `hang`.

    def slow(
        self,
        seconds: float,
        *,
        path: str | Sequence[str] = "*",
        method: str = "*",
        times: int | None = 1,
        place: Place = Place.API,
    ) -> Fault:
        """The request is handled after so many real seconds."""
        return self._add(
            Fault(
                name="slow",
                place=place,
                method=method,
                paths=_paths(path),
                left=times,
                delay=seconds,
            )
        )

    def drop(
        self,
        *,
        path: str | Sequence[str] = "*",
        method: str = "*",
        times: int | None = 1,
        place: Place = Place.API,
    ) -> Fault:
        """The connection is reset before anything happens."""
        return self._before("drop", Reply(sending=Sending.DROP), path, times, method=method, place=place)

    def hang(
        self,
        *,
        path: str | Sequence[str] = "*",
        method: str = "*",
        times: int | None = 1,
        place: Place = Place.API,
    ) -> Fault:
        """Nothing happens and no answer comes."""
        return self._before("hang", Reply(sending=Sending.HANG), path, times, method=method, place=place)

    # Answers of another shape (novita-api §14).

    def truncated_json(
        self, *, path: str | Sequence[str] = "*", method: str = "*", times: int | None = 1
    ) -> Fault:
        """Half of a JSON answer, as if it were the whole. A POST so answered is ordered."""
        return self._after(
            "truncated json",
            path,
            times,
            lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
            method=method,
        )

    def wrapped(self, *, path: str | Sequence[str] = ORDERS, times: int | None = 1) -> Fault:
        """The legacy envelope `{"code":0,"msg":"","data":{…}}` (§1.1)."""
        return self._change("wrapped", path, times, lambda old: {"code": 0, "msg": "", "data": old})

    def integer_assets_id(self, *, times: int | None = 1) -> Fault:
        """`assets_id` as an integer, which the training then has to name as an integer."""

        def change(old: Json) -> Json:
            if isinstance(old, dict) and isinstance(given := old["assets_id"], str):
                return {**old, "assets_id": self._assets.number(given)}
            return old

        return self._change("integer assets_id", DATASET, times, change)

    def ttl(self, value: int | str, *, times: int | None = 1) -> Fault:
        """`image_url_ttl` as given: an integer, a string, `"0"`."""
        return self._change("ttl", TASK_RESULT, times, _each("images", "image_url_ttl", value), method="GET")

    def nsfw(self, value: Json, *, times: int | None = 1) -> Fault:
        """`nsfw_detection_result` as given: null, `{}`, or `{"valid": …, "confidence": …}`."""
        change = _each("images", "nsfw_detection_result", value)
        return self._change("nsfw", TASK_RESULT, times, change, method="GET")

    def no_images(self, *, times: int | None = 1) -> Fault:
        """`images` is empty although the task succeeded."""
        return self._change("no images", TASK_RESULT, times, _put(images=[]), method="GET")

    def missing_arrays(self, *, path: str | Sequence[str] = TASKS, times: int | None = 1) -> Fault:
        """No `models`, `tasks`, `images`, `videos`, `audios` at all."""
        return self._change("missing arrays", path, times, _without_arrays, method="GET")

    def null_arrays(self, *, path: str | Sequence[str] = TASKS, times: int | None = 1) -> Fault:
        """The same arrays as null."""
        return self._change("null arrays", path, times, _null_arrays, method="GET")

    def unknown_status(
        self, word: str = "REBALANCING", *, path: str | Sequence[str] = TASKS, times: int | None = 1
    ) -> Fault:
        """A status word that no page lists."""

        def change(old: Json) -> Json:
            if isinstance(old, dict) and isinstance(task := old.get("task"), dict):
                return {**old, "task": {**task, "status": word}, "images": []}
            return {**old, "task_status": word} if isinstance(old, dict) else old

        return self._change("unknown status", path, times, change, method="GET")

    def no_money(self, *, path: str | Sequence[str] = BALANCE, times: int | None = 1) -> Fault:
        """The account is said to have nothing left."""
        nothing: dict[str, Json] = {"credit_balance": 0, "availableBalance": "0", "cashBalance": "0"}

        def change(old: Json) -> Json:
            return (
                {**old, **{name: nothing[name] for name in old if name in nothing}}
                if isinstance(old, dict)
                else old
            )

        return self._change("no money", path, times, change, method="GET")

    def training_stands(self, status: Literal["QUEUING", "FAILED"], *, times: int | None = 1) -> Fault:
        """A look at a training says that it waits in the queue, or has failed, whatever it does."""

        def change(old: Json) -> Json:
            if not isinstance(old, dict):
                return old
            return {"task_id": old["task_id"], "task_status": status, "model_type": "", "models": []}

        return self._change(f"training {status.lower()}", LOOKS, times, change, method="GET")

    # The asset hosts.

    def expired_upload(self, *, times: int | None = 1) -> Fault:
        """A PUT is told that its link has expired."""
        now = datetime.now(UTC)
        return self._storage(Place.BUCKET, expired(ttl="120", expires=now, now=now), times)

    def bad_signature(self, *, times: int | None = 1) -> Fault:
        """A PUT is told that its signature is wrong."""
        message = "The request signature we calculated does not match the signature you provided."
        return self._storage(Place.BUCKET, StorageRefused(403, "SignatureDoesNotMatch", message), times)

    def slow_down(self, *, times: int | None = 1, place: Place = Place.BUCKET) -> Fault:
        """503 SlowDown."""
        refused = StorageRefused(503, "SlowDown", "Please reduce your request rate.")
        return self._storage(place, refused, times)

    def expired_result(self, *, times: int | None = 1) -> Fault:
        """A result link is told that it has expired."""
        now = datetime.now(UTC)
        return self._storage(Place.RESULTS, expired(ttl="3600", expires=now, now=now), times)

    def wrong_bytes(self, *, times: int | None = 1) -> Fault:
        """A result file that says it is a picture and is a web page."""
        page = b"<html><body>maintenance</body></html>"
        return self._after(
            "wrong bytes",
            "*",
            times,
            lambda reply: replace(reply, body=page),
            method="GET",
            place=Place.RESULTS,
        )

    def cut_result(self, *, times: int | None = 1) -> Fault:
        """Half of a result file, then the connection closes."""
        return self._after(
            "cut result",
            "*",
            times,
            lambda reply: replace(reply, sending=Sending.CUT),
            method="GET",
            place=Place.RESULTS,
        )

    def short_result(self, *, times: int | None = 1) -> Fault:
        """Half of a result file, as if it were the whole."""
        return self._after(
            "short result",
            "*",
            times,
            lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
            method="GET",
            place=Place.RESULTS,
        )

    def _storage(self, place: Place, refused: StorageRefused, times: int | None) -> Fault:
        return self._before(refused.code, of_storage_refusal(refused), "*", times, place=place)

    def _before(
        self,
        name: str,
        reply: Reply,
        path: str | Sequence[str],
        times: int | None,
        *,
        method: str = "*",
        place: Place = Place.API,
    ) -> Fault:
        return self._add(
            Fault(name=name, place=place, method=method, paths=_paths(path), left=times, before=reply)
        )

    def _after(
        self,
        name: str,
        path: str | Sequence[str],
        times: int | None,
        change: Change,
        *,
        method: str = "POST",
        place: Place = Place.API,
    ) -> Fault:
        return self._add(
            Fault(name=name, place=place, method=method, paths=_paths(path), left=times, after=change)
        )

    def _change(
        self,
        name: str,
        path: str | Sequence[str],
        times: int | None,
        change: Callable[[Json], Json],
        *,
        method: str = "POST",
    ) -> Fault:
        def rewritten(reply: Reply) -> Reply:
            payload = change(reply.payload)
            body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
            return replace(reply, payload=payload, body=body)

        return self._after(name, path, times, rewritten, method=method)

    def _add(self, fault: Fault) -> Fault:
        self._all.append(fault)
        return fault


_ARRAYS = frozenset({"models", "tasks", "images", "videos", "audios"})


def _paths(path: str | Sequence[str]) -> Sequence[str]:
    return (path,) if isinstance(path, str) else path


def _put(**values: Json) -> Callable[[Json], Json]:
    return lambda old: {**old, **values} if isinstance(old, dict) else old


def _each(array: str, name: str, value: Json) -> Callable[[Json], Json]:
    def change(old: Json) -> Json:
        if isinstance(old, dict) and isinstance(items := old.get(array), list):
            return {**old, array: [{**item, name: value} for item in items if isinstance(item, dict)]}
        return old

    return change


def _without_arrays(old: Json) -> Json:
    return {k: v for k, v in old.items() if k not in _ARRAYS} if isinstance(old, dict) else old


def _null_arrays(old: Json) -> Json:
    return {k: None if k in _ARRAYS else v for k, v in old.items()} if isinstance(old, dict) else old
