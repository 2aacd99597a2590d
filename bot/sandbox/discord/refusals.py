"""What Discord says no with: one exception, its documented codes, and the form that collects field errors.

Codes: discord-platform "Error codes worth naming". Never decides *whether* something is refused.
"""

from __future__ import annotations

from typing import Any

Path = tuple[str | int, ...]


class Refused(Exception):
    """An answer with an error status. `errors` is the nested object of a 50035."""

    def __init__(self, status: int, code: int, message: str, *, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The JSON of the answer: `code`, `message`, and `errors` where a form was wrong."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def unauthorized() -> Refused:
    return Refused(401, 0, "401: Unauthorized")


def not_found() -> Refused:
    return Refused(404, 0, "404: Not Found")


def invalid_json() -> Refused:
    return Refused(400, 50109, "The request body contains invalid JSON.")


def unknown_channel() -> Refused:
    return Refused(404, 10003, "Unknown Channel")


def unknown_guild() -> Refused:
    return Refused(404, 10004, "Unknown Guild")


def unknown_member() -> Refused:
    return Refused(404, 10007, "Unknown Member")


def unknown_message() -> Refused:
    return Refused(404, 10008, "Unknown Message")


def unknown_user() -> Refused:
    return Refused(404, 10013, "Unknown User")


def unknown_webhook() -> Refused:
    return Refused(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refused:
    return Refused(404, 10062, "Unknown interaction")


def unknown_command() -> Refused:
    return Refused(404, 10063, "Unknown application command")


def daily_creates_spent() -> Refused:
    return Refused(400, 30034, "Max number of daily application command creates has been reached (200)")


def too_large() -> Refused:
    return Refused(413, 40005, "Request entity too large")


def already_answered() -> Refused:
    return Refused(400, 40060, "Interaction has already been acknowledged.")


def followups_spent() -> Refused:
    return Refused(400, 40094, "This interaction has hit the maximum number of follow up messages")


def blocked_agent() -> Refused:
    return Refused(403, 40333, "internal network error")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def direct_message_action() -> Refused:
    return Refused(403, 50003, "Cannot execute action on a DM channel")


def authored_by_another() -> Refused:
    return Refused(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refused:
    return Refused(400, 50006, "Cannot send an empty message")


def cannot_message_person() -> Refused:
    return Refused(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def invalid_webhook_token() -> Refused:
    return Refused(401, 50027, "Invalid Webhook Token")


def invalid_recipients() -> Refused:
    return Refused(400, 50033, "Invalid Recipient(s)")


def thread_archived() -> Refused:
    return Refused(400, 50083, "Thread is archived")


def no_mutual_guild() -> Refused:
    return Refused(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def reply_without_history() -> Refused:
    return Refused(403, 160002, "Cannot reply without permission to read message history")


class Form:
    """Collects what is wrong with a body, field by field, so that one answer names everything."""

    def __init__(self) -> None:
        self._errors: dict[str, Any] = {}

    def wrong(self, path: Path, code: str, message: str) -> None:
        """Note a complaint about the field at `path`."""
        place = self._errors
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def settle(self) -> None:
        """Raise 400/50035 when anything was noted."""
        if self._errors:
            raise Refused(400, 50035, "Invalid Form Body", errors=_pruned(self._errors))

    def boolean(self, path: Path, value: object) -> None:
        """`value` must be true, false or null."""
        if value is not None and not isinstance(value, bool):
            self.wrong(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")

    def integer(self, path: Path, value: object, *, low: int, high: int) -> bool:
        """`value` must be an integer within the bounds; returns whether it is."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return False
        if not low <= value <= high:
            self.wrong(path, "NUMBER_TYPE_MAX", f"int value should be between {low} and {high}.")
            return False
        return True

    def text(
        self, path: Path, value: object, *, low: int = 0, high: int, required: bool = False
    ) -> str | None:
        """`value` must be a string of `low` to `high` characters, or null when not `required`."""
        if value is None:
            if required:
                self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
            return None
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret this value as string.")
            return None
        if len(value) < low and low == 1:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not low <= len(value) <= high:
            if low:
                message = f"Must be between {low} and {high} in length."
                self.wrong(path, "BASE_TYPE_BAD_LENGTH", message)
            else:
                self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        return value

    def items(
        self, path: Path, value: object, *, low: int = 0, high: int, required: bool = False
    ) -> list[Any]:
        """`value` must be a list of `low` to `high` items, or null when not `required`; returns it or []."""
        if value is None:
            if required:
                self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
            return []
        if not isinstance(value, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not low <= len(value) <= high:
            if low:
                self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
            else:
                self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        return value

    def table(self, path: Path, value: object) -> dict[str, Any]:
        """`value` must be an object; returns it or {}."""
        if isinstance(value, dict):
            return value
        self.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return {}


def _pruned(errors: dict[str, Any]) -> dict[str, Any]:
    """A field that is wrong itself says nothing about what lies in it: the two are never mixed."""
    if "_errors" in errors:
        return {"_errors": errors["_errors"]}
    return {key: _pruned(inner) for key, inner in errors.items()}
