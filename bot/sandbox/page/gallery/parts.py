"""The gallery's messages of components: every kind that a message may hold, in its usual and its extreme looks."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.kinds import Part
from bot.sandbox.discord.state import V2
from bot.sandbox.discord.wire import Json
from bot.sandbox.page.gallery.pictures import PAINTINGS, PHOTOS
from bot.sandbox.page.gallery.stage import Section, Sketch, Stage

_STYLES = ("Primary", "Secondary", "Success", "Danger")
_LINK, _PREMIUM = 5, 6
_ACCENTS = {
    "no accent": None,
    "red": 0xD83C3E,
    "green": 0x3BA55D,
    "yellow": 0xF2C25A,
    "almost white": 0xFAFAFA,
}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def sections(stage: Stage) -> list[Section]:
    """Everything that messages can be made of."""
    return [
        Section("buttons", "Buttons", "Six styles, and what can be in one.", _buttons()),
        Section("selects", "Selects", "Five kinds of menu, with one choice or several.", _selects(stage)),
        Section("texts", "Text displays", "Text as a component, with all of Markdown.", _texts(stage)),
        Section("sections", "Sections", "One to three texts beside a picture or a button.", _sections()),
        Section("galleries", "Media galleries", "One to ten pictures as a component.", _galleries()),
        Section("files", "Files", "A file as a component.", _files()),
        Section("separators", "Separators", "Two spacings, with a line and without.", _separators()),
        Section(
            "containers", "Containers", "A frame around components, with or without a colour.", _containers()
        ),
        Section("limits", "As much as fits", "What Discord just about takes.", _limits()),
    ]


# --- the parts ----------------------------------------------------------------------------------------------------


def row(*parts: Json) -> Json:
    """An action row."""
    return {"type": Part.ROW, "components": list(parts)}


def button(
    custom_id: str, label: str | None, *, style: int = 2, emoji: str | None = None, **more: Any
) -> Json:
    """A button that answers; `more` as Discord names it."""
    body: Json = {"type": Part.BUTTON, "style": style, "custom_id": custom_id, "label": label}
    return body | ({"emoji": {"name": emoji}} if emoji else {}) | more


def link(label: str, *, emoji: str | None = None, disabled: bool = False) -> Json:
    """A button that leads somewhere."""
    body: Json = {"type": Part.BUTTON, "style": _LINK, "url": "https://example.org/easel", "label": label}
    return body | {"disabled": disabled} | ({"emoji": {"name": emoji}} if emoji else {})


def text(content: str) -> Json:
    """A text display."""
    return {"type": Part.TEXT, "content": content}


def select(kind: Part, custom_id: str, **more: Any) -> Json:
    """A select menu; `more` as Discord names it."""
    return {"type": kind, "custom_id": custom_id} | more


def option(value: str, label: str, **more: Any) -> Json:
    """An option of a menu or of a group of choices."""
    return {"value": value, "label": label} | more


def thumbnail(name: str, **more: Any) -> Json:
    """A small picture beside the texts of a section."""
    return {"type": Part.THUMBNAIL, "media": _media(name)} | more


def beside(accessory: Json, *contents: str) -> Json:
    """A section: texts with something at their side."""
    return {
        "type": Part.SECTION,
        "components": [text(content) for content in contents],
        "accessory": accessory,
    }


def gallery(*items: Json) -> Json:
    """A media gallery."""
    return {"type": Part.GALLERY, "items": list(items)}


def item(name: str, **more: Any) -> Json:
    """A picture of a media gallery."""
    return {"media": _media(name)} | more


def file(name: str, *, spoiler: bool = False) -> Json:
    """A file as a component."""
    return {"type": Part.FILE, "file": _media(name), "spoiler": spoiler}


def separator(*, spacing: int = 1, divider: bool = True) -> Json:
    """Space between components, with a line or without."""
    return {"type": Part.SEPARATOR, "spacing": spacing, "divider": divider}


def container(*parts: Json, accent: int | None = None, spoiler: bool = False) -> Json:
    """A frame around components."""
    return {"type": Part.CONTAINER, "components": list(parts), "accent_color": accent, "spoiler": spoiler}


def made(caption: str, *parts: Json, files: dict[str, str] | None = None) -> Sketch:
    """A message of components only."""
    return Sketch(caption, {"flags": V2, "components": list(parts)}, files)


def _media(name: str) -> Json:
    return {"url": f"attachment://{name}"}


# --- the messages -------------------------------------------------------------------------------------------------


def _buttons() -> tuple[Sketch, ...]:
    def styled(*, disabled: bool) -> list[Json]:
        usual = [
            button(f"style{n}", name, style=n, disabled=disabled) for n, name in enumerate(_STYLES, start=1)
        ]
        bought: Json = {"type": Part.BUTTON, "style": _PREMIUM, "sku_id": "1", "disabled": disabled}
        return [row(*usual, link("Link", disabled=disabled)), row(bought)]

    every = [row(*(button(f"b{r}{n}", f"{5 * r + n + 1}") for n in range(5))) for r in range(5)]
    emoji = [
        button("both", "Paint", style=1, emoji="🎨"),
        button("only", None, emoji="🔁"),
        button("family", None, style=3, emoji="👨‍👩‍👧‍👦"),
        link("Read", emoji="📖"),
        button("off", None, style=4, emoji="🗑️", disabled=True),
    ]
    long = [
        button("80", ("A label of eighty characters, " * 4)[:80]),
        button("word", LONG_WORD[:80], style=1),
    ]
    content = {"content": "Under a text of the old kind:"}
    return (
        Sketch("every style", content | {"components": styled(disabled=False)}),
        Sketch("disabled", {"content": "Not now:", "components": styled(disabled=True)}),
        made("with emoji", row(*emoji)),
        made("80 characters", row(*long)),
        made("25 buttons", *every),
        made("five of middling length", row(*(button(f"m{n}", f"Choice number {n}") for n in range(5)))),
    )


def _selects(stage: Stage) -> tuple[Sketch, ...]:
    cats = [
        option("marmalade", "Marmalade", description="Orange, with stripes", emoji={"name": "🐈"}),
        option("black", "Black", description="Seen by day only", emoji={"name": "🐈‍⬛"}),
        option("cheshire", "Cheshire", description="Now and then"),
        option("plain", "A cat without a description"),
    ]
    chosen = [each | {"default": each["value"] in ("marmalade", "plain")} for each in cats]
    many = [option(f"n{n}", f"Option {n}", description=f"Number {n} of 25") for n in range(1, 26)]
    words = {
        "long": ("An option whose label has a hundred characters. " * 3)[:100],
        "word": LONG_WORD,
        "right": "חתול כתום על שפת הים",
        "cjk": "海辺の灯台を描いてください",
    }
    worded = [option(value, label, description=label) for value, label in words.items()]
    people = [{"id": str(each.id), "type": "user"} for each in (stage.ada, stage.bo)]
    role = [{"id": str(stage.managers.id), "type": "role"}]
    place = [{"id": str(stage.paintings.id), "type": "channel"}]
    kinds = {
        "people": Part.USER_SELECT,
        "roles": Part.ROLE_SELECT,
        "both": Part.MENTIONABLE_SELECT,
        "channels": Part.CHANNEL_SELECT,
    }
    return (
        made("of strings", row(select(Part.STRING_SELECT, "one", options=cats, placeholder="Which cat?"))),
        made("without a placeholder", row(select(Part.STRING_SELECT, "bare", options=cats[2:]))),
        made("several", row(_several("several", cats, placeholder="One to three cats"))),
        made("chosen before", row(_several("before", chosen, placeholder="Cats"))),
        made(
            "none or more", row(select(Part.STRING_SELECT, "none", options=cats, min_values=0, max_values=4))
        ),
        made("disabled", row(select(Part.STRING_SELECT, "off", options=chosen[:1], disabled=True))),
        made("25 options", row(select(Part.STRING_SELECT, "many", options=many, max_values=25))),
        made("long words", row(select(Part.STRING_SELECT, "words", options=worded, placeholder="w" * 150))),
        *(made(name, row(select(kind, name, placeholder=f"Choose {name}"))) for name, kind in kinds.items()),
        made(
            "people chosen before",
            row(select(Part.USER_SELECT, "ada", default_values=people, max_values=5)),
            row(select(Part.ROLE_SELECT, "managers", default_values=role)),
            row(select(Part.MENTIONABLE_SELECT, "all", default_values=[*people[:1], *role], max_values=3)),
            row(select(Part.CHANNEL_SELECT, "place", default_values=place)),
        ),
        made(
            "threads only",
            row(select(Part.CHANNEL_SELECT, "threads", channel_types=[11], placeholder="A thread")),
        ),
        made("a disabled menu of people", row(select(Part.USER_SELECT, "nobody", disabled=True))),
    )


def _several(custom_id: str, options: list[Json], *, placeholder: str) -> Json:
    return select(
        Part.STRING_SELECT, custom_id, options=options, placeholder=placeholder, min_values=1, max_values=3
    )


def _texts(stage: Stage) -> tuple[Sketch, ...]:
    whole = "# A heading\n### A smaller one\n**Bold**, *italic*, `code`, ||spoiler||\n> a quotation\n- a list\n-# aside"
    return (
        made("one", text("Text as a component.")),
        made("Markdown", text(whole)),
        made("several", text("The first."), text("The second."), text("The third.")),
        made("mentions", text(f"<@{stage.ada.id}>, <@&{stage.painters.id}>, <#{stage.room.id}>")),
        made("right to left", text("שלום! אני מציירת חתול כתום על שפת הים."), row(button("rtl", "צייר"))),
        made("Chinese", text("我画一只橘色的猫。"), row(button("cjk", "重新画一张"))),
        made("a long word", text("w" * 200)),
        made("emoji alone", text("🎨 🐈")),
    )


def _sections() -> tuple[Sketch, ...]:
    cat = {"cat.jpg": PHOTOS[0]}
    long = "A long text beside something small. " * 12
    return (
        made("a picture", beside(thumbnail("cat.jpg"), "### A marmalade cat", "On a rug."), files=cat),
        made(
            "a picture with a description",
            beside(thumbnail("cat.jpg", description="A cat"), "Hover it."),
            files=cat,
        ),
        made("a picture hidden", beside(thumbnail("cat.jpg", spoiler=True), "Do not look."), files=cat),
        made(
            "a button", beside(button("paint", "Paint", style=1), "**A lighthouse**\n-# waits for its turn")
        ),
        made("a link", beside(link("Open"), "What the bot can do")),
        made("three texts", beside(button("three", "Go"), "One.", "Two.", "Three.")),
        made("long texts", beside(thumbnail("cat.jpg"), long, "w" * 120), files=cat),
        made("a long text with a button", beside(button("long", "A longer label"), long)),
    )


def _galleries() -> tuple[Sketch, ...]:
    def hung(count: int) -> Sketch:
        files = {f"painting-{n}.jpg": PAINTINGS[n] for n in range(count)}
        items = [item(name, description=f"Painting {n}") for n, name in enumerate(files, start=1)]
        return made("1 picture" if count == 1 else f"{count} pictures", gallery(*items), files=files)

    shapes = {"wide.jpg": "wide", "tall.jpg": "tall", "tiny.jpg": "tiny"}
    pair = {"one.jpg": PAINTINGS[4], "two.jpg": PAINTINGS[5]}
    return (
        *(hung(count) for count in range(1, 11)),
        *(
            made(word.removesuffix(".jpg"), gallery(item(word)), files={word: of})
            for word, of in shapes.items()
        ),
        made("wide and tall together", gallery(*map(item, shapes)), files=shapes),
        made("one hidden", gallery(item("one.jpg", spoiler=True), item("two.jpg")), files=pair),
    )


def _files() -> tuple[Sketch, ...]:
    papers = {"notes.txt": "notes", "pictures.zip": "archive"}
    long = f"{'a-name-without-an-end-' * 6}.txt"
    return (
        made("papers", file("notes.txt"), file("pictures.zip"), files=papers),
        made("hidden", file("notes.txt", spoiler=True), files={"notes.txt": "notes"}),
        made("a long name, in a frame", container(text("Yours:"), file(long)), files={long: "notes"}),
    )


def _separators() -> tuple[Sketch, ...]:
    every = [(spacing, divider) for spacing in (1, 2) for divider in (True, False)]
    parts = [text("Above.")]
    for spacing, divider in every:
        parts.append(separator(spacing=spacing, divider=divider))
        parts.append(
            text(f"Below a {'large' if spacing == 2 else 'small'} one with{'' if divider else 'out'} a line.")
        )
    return (made("outside a frame", *parts), made("in a frame", container(*parts)))


def _containers() -> tuple[Sketch, ...]:
    files = {"cat.jpg": PHOTOS[2], "sea.jpg": PAINTINGS[0], "notes.txt": "notes"}
    menu = select(
        Part.STRING_SELECT, "menu", options=[option("a", "A"), option("b", "B")], placeholder="Choose"
    )
    whole = container(
        text("### Everything that a frame can hold"),
        beside(thumbnail("cat.jpg"), "A section with a picture", "-# and a second text"),
        beside(button("in", "Press"), "A section with a button"),
        separator(),
        gallery(item("cat.jpg"), item("sea.jpg")),
        file("notes.txt"),
        separator(spacing=2, divider=False),
        row(menu),
        row(button("yes", "Yes", style=3), button("no", "No", style=4)),
        text("-# the end"),
        accent=0xE88E3A,
    )
    hidden = container(
        text("Hidden until it is wanted."), gallery(item("sea.jpg")), spoiler=True, accent=0x5865F2
    )
    return (
        *(
            made(name, container(text(f"A frame: {name}."), accent=accent))
            for name, accent in _ACCENTS.items()
        ),
        made("everything in it", whole, files=files),
        made("hidden", hidden, files={"sea.jpg": PAINTINGS[0]}),
        made(
            "two, with text around",
            text("Before."),
            container(text("1")),
            container(text("2")),
            text("After."),
        ),
    )


def _limits() -> tuple[Sketch, ...]:
    forty = container(*(text(f"Component {n} of 40.") for n in range(2, 41)))
    sentence = "Four thousand characters are a great many for one message. "
    crowded = [
        row(select(Part.STRING_SELECT, f"s{n}", options=[option("a", "A")], placeholder=f"Menu {n}"))
        for n in range(3)
    ]
    return (
        made("40 components", forty),
        made("4,000 characters", text((sentence * 100)[:4000])),
        made("4,000 characters of one word", text("w" * 4000)),
        made("menus and buttons", *crowded, row(*(button(f"c{n}", f"Button {n}") for n in range(5)))),
    )
