"""The gallery's messages of the old kind: text, answers, mentions, embeds, attachments."""

from __future__ import annotations

from typing import Literal

from bot.sandbox.discord.state import EPHEMERAL
from bot.sandbox.page.gallery.parts import LONG_WORD, button, row
from bot.sandbox.page.gallery.pictures import PAINTINGS, PHOTOS
from bot.sandbox.page.gallery.stage import Author, Section, Sketch, Stage

_MARKDOWN = """\
# A heading
## A smaller one
### The smallest
-# Subtext, for what is aside
**bold**, *italic*, _italic too_, __underlined__, ~~struck out~~, ***bold italic***, __**bold underlined**__, \
`code`, ||a spoiler|| and \\*none of these\\*.
> A quotation
> of two lines
- a list
- with a second line
  - and one within
1. first
2. second
A [link with a name](https://example.org/easel), a bare one: https://example.org/a/b?c=d and one in brackets: \
<https://example.org>."""
_CODE = """\
Code of one line: `make sandbox`, with a mark in it: ``a ` b``
```python
def easel(prompt: str) -> Picture:
    return paint(prompt)  # **not bold**
```
```
a block without a language, with a line that is so long that it fits into no message on any ordinary screen at all
```
>>> Everything below
is quoted, **formats** included."""
_SCRIPTS = {
    "words from right to left": "שלום! אני מציירת **חתול כתום** על שפת הים.\nمرحبا، أنا أرسم `lora:mara` قطة برتقالية.",
    "Chinese, Japanese, Korean": "我画一只橘色的猫。\n海辺の灯台を描いてください。\n바닷가의 등대를 그려 주세요.",
    "emoji among words": "A cat 🐈, a family 👨‍👩‍👧‍👦, a flag 🇩🇪, a hand 👋🏽 and a heart ❤️ in a line of text.",
    "emoji alone, which are larger": "🎨 🐈 🌊",
    "letters with many marks": "Z̷a̷l̷g̷o̷ ń̈ǫ̈t q̈üïẗë, İstanbul, ﬁne, ½ ™ ∑ → “quoted” — so…",
}
_COLOURS = (0x5865F2, 0x3BA55D, 0xD83C3E)


def sections(stage: Stage) -> list[Section]:
    """Everything that messages could say before there were components."""
    return [
        Section("markdown", "Markdown", "What the stars and other marks of a text become.", _markdown(stage)),
        Section(
            "scripts",
            "Scripts and long words",
            "Other directions, other letters, and words that have to be broken somewhere.",
            _scripts(),
        ),
        Section("replies", "Replies and rows", "Who answers whom, and who goes on speaking.", _replies()),
        Section(
            "answers",
            "Answers to commands",
            "The line above an answer, the line below one for your eyes only, and what may go wrong.",
            _answers(),
        ),
        Section("embeds", "Embeds", "The older frames, with all their parts.", _embeds()),
        Section(
            "attachments",
            "Attachments",
            "One to ten pictures, odd shapes, spoilers and papers. No video: the sandbox cannot film.",
            _attachments(),
        ),
    ]


def _said(
    caption: str,
    content: str,
    *,
    author: Author = "easel",
    command: str | None = None,
    replies_to: Literal["last", "gone"] | None = None,
    grouped: bool = False,
    edited: bool = False,
) -> Sketch:
    return Sketch(
        caption,
        {"content": content},
        author=author,
        command=command,
        replies_to=replies_to,
        grouped=grouped,
        edited=edited,
    )


def _markdown(stage: Stage) -> tuple[Sketch, ...]:
    moment = int(stage.clock.time()) - 7200
    times = "\n".join(f"`{style}` <t:{moment}:{style}>" for style in "tTdDfFR")
    mentions = (
        f"<@{stage.ada.id}> is looking, <@{stage.bo.id}> is not, <@&{stage.managers.id}> might, <@1> is nobody.\n"
        f"In <#{stage.paintings.id}> or <#{stage.thread.id}>, not in <#1>. Run </imagine:1> or </train subject:2>.\n"
    )
    return (
        _said("formats", _MARKDOWN),
        _said("code and a quotation to the end", _CODE, author="ada"),
        _said("times", f"{times}\nsoon: <t:{moment + 7260}:R>, later: <t:{moment + 400_000}:R>"),
        _said("mentions", mentions, author="bo"),
        _said("everyone", "@everyone, and @here: come and look!", author="bo"),
        _said(
            "marks that close nothing",
            "**open, `open, ||open, [open](, <@open> and _ * ~ alone",
            author="ada",
        ),
    )


def _scripts() -> tuple[Sketch, ...]:
    return (
        *(_said(caption, text, author="ada") for caption, text in _SCRIPTS.items()),
        _said("long words", f"{LONG_WORD}\n{'w' * 150}\nhttps://example.org/{'long/' * 40}"),
        _said("2,000 characters", ("A cat by the sea, painted slowly. " * 60)[:2000], author="bo"),
    )


def _replies() -> tuple[Sketch, ...]:
    return (
        _said("the first of several", "Could you paint a lighthouse?", author="ada"),
        _said("the same author goes on", "At dawn, please.", author="ada", grouped=True),
        _said("a reply", "Here it is.", replies_to="last", author="bo"),
        _said("a reply to something long", "**Yes.** " * 40, replies_to="last", author="ada"),
        _said("a reply that is long in one line", "No.", replies_to="last"),
        _said("a reply to what is gone", "What was that?", replies_to="gone", author="bo"),
        _said("edited", "I have changed my mind.", edited=True, author="bo"),
        Sketch(
            "pictures", {"content": "These?"}, {"cat.jpg": PHOTOS[0], "cat2.png": PHOTOS[1]}, author="ada"
        ),
        _said("a reply to pictures", "Lovely.", replies_to="last", author="bo"),
    )


def _answers() -> tuple[Sketch, ...]:
    once = [row(button("again", "Once more"))]
    private = {"content": "Only you can see this.", "flags": EPHEMERAL, "components": once}
    pressed = {
        "content": "Pressed a moment ago.",
        "components": [row(button("wait", "I wait"), button("no", "I do not"))],
    }
    vain = {"content": "Pressed in vain.", "components": [row(button("vain", "Try"))]}
    return (
        _said("an answer that all can see", "It is on its way.", command="/imagine"),
        Sketch("an answer for one pair of eyes", private, command="/key show", private=True),
        Sketch("the same after fifteen minutes", private, command="/status", private=True, stale=True),
        Sketch("thinking", {}, command="/train subject", loading=True),
        Sketch("a button that waits for its answer", pressed, busy=("wait",)),
        Sketch("a button that got no answer", vain, failure="This interaction failed"),
    )


def _embeds() -> tuple[Sketch, ...]:
    whole = {
        "title": "A title that leads somewhere",
        "url": "https://example.org/easel",
        "description": "What it says, in **Markdown**, with a [link](https://example.org) and a list:\n- one\n- two",
        "color": 0xE88E3A,
        "timestamp": "2026-01-02T03:04:05+00:00",
        "author": {"name": "Its author", "url": "https://example.org", "icon_url": "attachment://icon.jpg"},
        "footer": {"text": "The footer", "icon_url": "attachment://icon.jpg"},
        "image": {"url": "attachment://wide.jpg"},
        "thumbnail": {"url": "attachment://thumb.jpg"},
        "fields": [
            *({"name": f"Field {n}", "value": f"value {n}", "inline": True} for n in range(1, 5)),
            {"name": "A field of its own line", "value": "with `code`"},
        ],
    }
    fields = [{"name": f"Column {n}", "value": "word " * n, "inline": True} for n in range(1, 8)]
    plain = [
        {"description": f"Number {n} of three.", "color": colour} for n, colour in enumerate(_COLOURS, 1)
    ]
    long = {"title": LONG_WORD * 3, "description": f"{LONG_WORD * 2}\n{'A long description. ' * 60}"}
    return (
        Sketch(
            "all parts",
            {"content": "Above the embed.", "embeds": [whole]},
            {"icon.jpg": "icon", "wide.jpg": PAINTINGS[0], "thumb.jpg": PAINTINGS[1]},
        ),
        Sketch("seven columns", {"embeds": [{"title": "Columns", "fields": fields}]}),
        Sketch("three in one message", {"embeds": plain}),
        Sketch(
            "only a picture", {"embeds": [{"image": {"url": "attachment://a.jpg"}}]}, {"a.jpg": PAINTINGS[2]}
        ),
        Sketch("long words", {"embeds": [long]}),
    )


def _attachments() -> tuple[Sketch, ...]:
    counts = [
        Sketch(
            "1 picture" if count == 1 else f"{count} pictures",
            {"content": ""},
            {f"cat-{n}.jpg": PHOTOS[n] for n in range(count)},
            author="ada",
        )
        for count in range(1, 11)
    ]
    described = {
        "attachments": [{"id": "0", "filename": "cat.jpg", "description": "A marmalade cat on a rug."}]
    }
    shapes = {"wide.jpg": "wide", "tall.jpg": "tall", "tiny.jpg": "tiny"}
    papers = {"notes.txt": "notes", "pictures.zip": "archive", f"{'a-name-without-an-end-' * 5}.txt": "notes"}
    return (
        *counts,
        *(
            Sketch(word.removesuffix(".jpg"), {}, {word: source}, author="bo")
            for word, source in shapes.items()
        ),
        Sketch("described for those who cannot see it", described, {"cat.jpg": PHOTOS[4]}, author="ada"),
        Sketch("a spoiler", {"content": "Do not look!"}, {"SPOILER_cat.jpg": PHOTOS[5]}, author="bo"),
        Sketch("papers", {"content": "What you asked for."}, papers, author="ada"),
        Sketch("a picture and a paper", {}, {"cat.jpg": PHOTOS[6], "notes.txt": "notes"}, author="bo"),
    )
