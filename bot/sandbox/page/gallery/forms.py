"""The gallery's forms: every kind of input that a modal may hold, empty and filled in before."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.kinds import Part
from bot.sandbox.discord.wire import Json
from bot.sandbox.page.gallery.parts import option, select, text
from bot.sandbox.page.gallery.stage import Form, Section, Stage

_SHORT, _PARAGRAPH = 1, 2
_CATS = (
    option("marmalade", "Marmalade", description="Orange, with stripes"),
    option("black", "Black", description="Seen by day only"),
    option("cheshire", "Cheshire"),
)


def sections(stage: Stage) -> list[Section]:
    """Everything that a form can ask for."""
    forms = (
        _form("texts", "text inputs", "Say it in words", _texts()),
        _form("filled", "text inputs, filled in before", "Change what you like", _filled()),
        _form("selects", "menus", "Choose from menus", _selects(stage, chosen=False)),
        _form("chosen", "menus, chosen before", "Choose others", _selects(stage, chosen=True)),
        _form("choices", "choices", "Choose at a glance", _choices()),
        _form("uploads", "file uploads", "Give me files", _uploads()),
        _form("rows", "the older rows", "As forms were at first", _rows()),
        _form("prose", "texts between inputs", "Read this first", _prose()),
        _form("optional", "nothing that must be filled in", "Only if you like", _optional()),
        _form("longest", "the longest words", "T" * 45, _longest()),
    )
    about = "Press a button to open the form; what you submit is only told back to you."
    return [Section("forms", "Forms", about, forms=forms)]


def label(words: str, component: Json, *, description: str | None = None) -> Json:
    """An input with its name."""
    body: Json = {"type": Part.LABEL, "label": words, "component": component}
    return body if description is None else body | {"description": description}


def written(custom_id: str, *, style: int = _SHORT, **more: Any) -> Json:
    """A text input; `more` as Discord names it."""
    return {"type": Part.TEXT_INPUT, "custom_id": custom_id, "style": style} | more


def _form(name: str, caption: str, title: str, components: list[Json]) -> Form:
    return Form(name, caption, {"title": title, "custom_id": f"gallery:{name}", "components": components})


def _texts() -> list[Json]:
    return [
        label("A name", written("name", placeholder="mara", max_length=32), description="1 to 32 characters"),
        label("A key", written("key", min_length=8, max_length=512)),
        label("A story", written("story", style=_PARAGRAPH, placeholder="Once upon a time …")),
        label("A wish", written("wish", required=False)),
        label(
            "A limerick", written("limerick", style=_PARAGRAPH, min_length=20, max_length=200, required=False)
        ),
    ]


def _filled() -> list[Json]:
    story = "It was a dark and stormy night.\nThe cat slept.\n" * 6
    return [
        label("A name", written("name", value="mara", max_length=32)),
        label("A story", written("story", style=_PARAGRAPH, value=story)),
    ]


def _selects(stage: Stage, *, chosen: bool) -> list[Json]:
    user, role = {"id": str(stage.bo.id), "type": "user"}, {"id": str(stage.managers.id), "type": "role"}
    place = {"id": str(stage.room.id), "type": "channel"}
    cats = [each | {"default": chosen and each["value"] == "black"} for each in _CATS]

    def before(*values: Json) -> Json:
        return {"default_values": list(values)} if chosen else {}

    menus = {
        "A cat": select(Part.STRING_SELECT, "cat", options=cats, placeholder="Which one?"),
        "A person": select(Part.USER_SELECT, "person", **before(user)),
        "Roles": select(Part.ROLE_SELECT, "role", max_values=3, **before(role)),
        "People or roles": select(Part.MENTIONABLE_SELECT, "either", max_values=5, **before(user, role)),
        "A channel": select(Part.CHANNEL_SELECT, "channel", required=False, **before(place)),
    }
    return [label(words, menu) for words, menu in menus.items()]


def _choices() -> list[Json]:
    cats = list(_CATS)
    default = [each | {"default": each["value"] == "cheshire"} for each in cats]
    group: Json = {"type": Part.CHECKBOXES, "options": cats}
    return [
        label("One cat", {"type": Part.RADIO, "custom_id": "one", "options": cats}),
        label("One, chosen before", {"type": Part.RADIO, "custom_id": "before", "options": default}),
        label("One or two cats", group | {"custom_id": "some", "min_values": 1, "max_values": 2}),
        label(
            "Any, or none",
            group | {"custom_id": "any", "options": default, "min_values": 0, "required": False},
            description="Nothing is a choice too.",
        ),
        label("I agree", {"type": Part.CHECKBOX, "custom_id": "agree", "default": True}),
    ]


def _uploads() -> list[Json]:
    upload: Json = {"type": Part.FILE_UPLOAD}
    return [
        label("A picture", upload | {"custom_id": "picture"}, description="PNG, JPEG, WebP or HEIC"),
        label("Four to ten pictures", upload | {"custom_id": "pictures", "min_values": 4, "max_values": 10}),
        label("A paper", upload | {"custom_id": "paper", "min_values": 0, "required": False}),
    ]


def _rows() -> list[Json]:
    inputs = [
        written("name", label="A name", placeholder="mara"),
        written("story", style=_PARAGRAPH, label="A story", value="Once upon a time"),
        written("wish", label="A wish", required=False),
    ]
    return [{"type": Part.ROW, "components": [each]} for each in inputs]


def _prose() -> list[Json]:
    return [
        text("### Before you begin\nYour key is **checked once**, stored encrypted, and never shown again."),
        label("A key", written("key", placeholder="sk_…")),
        text("-# Whoever runs this bot could read it, so use one that you can revoke.\n- a list\n- `code`"),
        label("I have read this", {"type": Part.CHECKBOX, "custom_id": "read"}),
    ]


def _optional() -> list[Json]:
    return [
        label("A cat", {"type": Part.RADIO, "custom_id": "cat", "options": list(_CATS), "required": False}),
        label("A word", written("word", required=False)),
    ]


def _longest() -> list[Json]:
    options = [
        option(f"o{n}", ("A label of a hundred characters, " * 4)[:100], description="w" * 100)
        for n in range(10)
    ]
    group: Json = {"type": Part.CHECKBOXES, "custom_id": "group", "options": options, "max_values": 10}
    return [
        label("L" * 45, written("text", placeholder="p" * 100, value="v" * 300), description="d" * 100),
        label("A story", written("story", style=_PARAGRAPH, value="w" * 4000)),
        label("A menu", select(Part.STRING_SELECT, "menu", options=options, placeholder="w" * 150)),
        label("One of ten", {"type": Part.RADIO, "custom_id": "radio", "options": options}),
        label("Ten of ten", group),
    ]
