"""Discord's markdown as a tree: read in no time whatever is written, and nothing of it lost. What it is drawn as is in
`test_markdown.py`.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.browser.logic.modules import Modules
from tests.browser.markdown_cases import LONG

Json = dict[str, Any]

# --- reading anything ------------------------------------------------------------------------------------------------

_READ: Final = """
({ parse, plain }, texts) => {
  const own = ({ type, text, id, name, source, language }) =>
    type === "block" ? `${language ?? ""} ${text}` : text ?? id ?? name ?? source ?? "";
  const within = ({ children, items }) => children ?? items?.flat() ?? [];
  const kept = (node) => [own(node), ...within(node).map(kept), node.url ?? ""].join(" ");
  const shown = (node) => (node.text ?? node.name ?? node.source ?? "") + within(node).map(shown).join("");
  return texts.map((text) => {
    const began = performance.now();
    const nodes = parse(text);
    const took = performance.now() - began;
    return { took, line: plain(nodes), kept: nodes.map(kept).join(" "), shown: nodes.map(shown).join("") };
  });
}
"""
"""What becomes of texts: `kept` is all that the tree knows, addresses too; `shown` only what is drawn as it stands."""

MARKS: Final = [
    "*", "**", "***", "_", "__", "~~", "|", "||", "`", "``", "```", "```py\n", "\\", "\n", "\n\n", " ", "  ", "> ",
    ">>> ", "- ", "* ", "1. ", "  - ", "# ", "## ", "-# ", "[", "]", "(", ")", "](", "](https://e.org/y)",
    "](javascript:x)", "<", ">", "<@1>", "<#2>", "<@&4>", "@everyone", "@", "<t:1:R>", "<:em:3>", "</x y:5>",
    "https://", "https://e.org/x_y", "https://[", "<https://e.org>", "http", "¯\\_(ツ)_/¯", "🎨", "é",
]  # fmt: skip

FRAMES: Final = [
    "**{}**", "*{}*", "_{}_", "__{}__", "~~{}~~", "||{}||", "`{}`", "```py\n{}\n```", "[{}](https://e.org/y)",
    "# {}\n", "-# {}\n", "> {}\n", ">>> {}", "- {}\n", "  - {}\n", "1. {}\n", "{} {}", "{}{}", "({})", "{}\n{}",
]  # fmt: skip

WORDS: Final = st.sampled_from(["x", "y z", "word", "<@1>", "https://e.org/x_y", "<t:1:R>", "🎨"])

NESTED: Final = st.recursive(
    WORDS,
    lambda inner: st.builds(str.format, st.sampled_from(FRAMES), inner, inner),
    max_leaves=12,
)


@st.composite
def disturbed(draw: st.DrawFn) -> str:
    """Something meaningful with a mark put anywhere into it."""
    text = draw(NESTED)
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(MARKS)) + text[at:]


WRITTEN: Final = st.one_of(
    NESTED,
    disturbed(),
    st.lists(st.sampled_from(MARKS) | WORDS, max_size=16).map("".join),
    st.text("*_~|`\\[]()<>#-@!:/ \nxyz.1", max_size=40),
)
"""Texts that are likely to mean something, or nearly."""

ANYTHING: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def several(texts: st.SearchStrategy[str], count: int) -> list[str]:
    """Different examples, out of as many, the same at every run."""
    found: dict[str, None] = {}

    @settings(max_examples=count)
    @given(texts)
    def collect(text: str) -> None:
        found[text] = None

    collect()
    return list(found)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """A few hundred messages."""
    return several(WRITTEN, 600)


def letters(text: str) -> str:
    return re.sub(r"[^a-zA-Zé🎨]", "", text)


def runs_through(part: str, whole: str) -> bool:
    """Whether all of a text stands in another one, in its order."""
    rest = iter(whole)
    return all(letter in rest for letter in part)


@pytest.mark.parametrize(
    "text",
    [
        *LONG, "https://[", "[https://", "](https://x)", "[a](https://a(", "[a](https://x)", "<https://", "[[a](",
        "https://a.b)", "**a** *b", "***a** ", "|| ", "_**", "*\n", "> > ", ">>> ", "- - ", "1. a\n", "-# ", "<t:1",
        "</a", "@", "h", "```a\n", "`` ` ", "\\*", "¯\\", "🎨", "- a\n 1. b\n",
    ],
)  # fmt: skip
async def test_a_text_is_read_in_no_time_however_often_it_begins_something(
    modules: Modules, text: str
) -> None:
    long = text * (30_000 // len(text))
    [read] = await modules.run("message-syntax", _READ, [long])
    assert (
        read["took"] < 500
    )  # milliseconds; far more than it takes, far less than if it grew with the square
    assert runs_through(letters(long), read["kept"])


async def test_whatever_is_written_is_read_and_no_letter_of_it_is_lost(
    modules: Modules, texts: list[str]
) -> None:
    for text, read in zip(texts, await modules.run("message-syntax", _READ, texts), strict=True):
        assert runs_through(letters(text), read["kept"]), (text, read)


async def test_nothing_is_shown_that_was_not_written(modules: Modules, texts: list[str]) -> None:
    for text, read in zip(texts, await modules.run("message-syntax", _READ, texts), strict=True):
        assert runs_through(read["shown"], text), (text, read)


async def test_what_is_escaped_throughout_is_shown_as_it_was(modules: Modules, texts: list[str]) -> None:
    texts = [*texts, *several(ANYTHING, 100)]
    escaped = [re.sub(r"([^0-9A-Za-z\s])", r"\\\1", text) for text in texts]
    trees = await modules.run(
        "message-syntax", "({ parse }, texts) => texts.map((text) => parse(text))", escaped
    )
    for text, nodes in zip(texts, trees, strict=True):
        assert nodes == ([{"type": "text", "text": text}] if text else [])


async def test_in_short_every_text_is_one_line(modules: Modules, texts: list[str]) -> None:
    for read in await modules.run("message-syntax", _READ, texts):
        assert read["line"] == " ".join(read["line"].split())


async def test_whatever_is_written_is_drawn_with_harmless_elements_and_addresses_of_the_web_only(
    modules: Modules, texts: list[str]
) -> None:
    script = """({ html, render, Markdown }, texts) => {
      const drawn = texts.map((text) => {
        const root = document.createElement("div");
        render(html`<${Markdown} text=${text} />`, root);
        const elements = [...root.querySelectorAll("*")];
        const found = {
          names: elements.map((each) => each.localName),
          addresses: elements.map((each) => each.getAttribute("href")).filter(Boolean),
        };
        render(null, root);
        return found;
      });
      return { names: drawn.flatMap((each) => each.names), addresses: drawn.flatMap((each) => each.addresses) };
    }"""
    drawn = await modules.run("lib markdown", script, texts)
    assert set(drawn["names"]) <= {
        "div", "strong", "em", "u", "s", "span", "blockquote", "h2", "small", "ul", "ol", "li", "code", "pre", "a",
        "time", "svg", "path", "button",
    }  # fmt: skip
    assert {re.split(r"(?<=://)|(?<=#)", each)[0] for each in drawn["addresses"]} <= {
        "http://",
        "https://",
        "#",
    }


# --- in short --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("**Bold** and *italic*", "Bold and italic"),
        ("# A cat\nfrom **five** pictures", "A cat from five pictures"),
        ("> quoted\nanswer", "quoted answer"),
        ("- one\n- two", "one two"),
        ("```py\nprint(1)\n```done", "print(1)done"),
        ("||the murderer|| did it", "▒▒▒▒ did it"),
        ("<@1> and <@&4> in <#2>", "user 1 and role 4 in channel 2"),
        ("<:blob:6> </train subject:5> @everyone", ":blob: /train subject @everyone"),
        ("[words](https://example.org) https://example.org", "words https://example.org"),
        ("a\n\n\nb", "a b"),
        ("", ""),
    ],
)
async def test_a_message_is_told_in_short_by_its_words(modules: Modules, text: str, line: str) -> None:
    script = "({ parse, plain }, text) => plain(parse(text), ({ type, id }) => `${type} ${id}`)"
    assert await modules.run("message-syntax", script, text) == line


# --- addresses and times ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://discord.com/channels/9/2", {"channel": "2", "message": None}),
        ("https://discord.com/channels/9/2/", {"channel": "2", "message": None}),
        ("https://discord.com/channels/@me/2/7", {"channel": "2", "message": "7"}),
        ("https://canary.discord.com/channels/9/2/7", {"channel": "2", "message": "7"}),
        ("https://discordapp.com/channels/9/2/7", {"channel": "2", "message": "7"}),
        ("https://discord.com/channels/9", None),
        ("https://discord.com/channels/9/general", None),
        ("https://discord.com.example.org/channels/9/2", None),
        ("https://example.org/?u=https://discord.com/channels/9/2", None),
    ],
)
async def test_only_an_address_of_discords_leads_to_a_place(
    modules: Modules, url: str, place: Json | None
) -> None:
    assert await modules.call("message-syntax.placeIn", url) == place


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org", True),
        ("http://127.0.0.1:4000/a.png", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("https://", False),
        ("https://[", False),
        ("//example.org", False),
        ("javascript:alert(1)", False),
        ("data:text/html,hello", False),
        (" https://example.org", False),
        ("file:///etc/passwd", False),
    ],
)
async def test_an_address_of_the_web_is_one_of_http(modules: Modules, text: str, is_one: bool) -> None:
    assert await modules.call("message-syntax.webAddress", text) == (text if is_one else None)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("https://example.org/a.", ["https://example.org/a"]),
        ("**https://example.org/a**", ["https://example.org/a"]),
        ("||https://example.org/a||", ["https://example.org/a"]),
        ("see (https://example.org/a).", ["https://example.org/a"]),
        ('"https://example.org/a",', ["https://example.org/a"]),
        ("https://example.org/a_(b)_c", ["https://example.org/a_(b)_c"]),
        ("http://[::1]:4000/a", ["http://[::1]:4000/a"]),
        ("https://[no/https://example.org/a", ["https://example.org/a"]),
        ("https://example.org/a,https://example.org/b", ["https://example.org/a,https://example.org/b"]),
        ("<https://example.org/a>https://example.org/b", ["https://example.org/a", "https://example.org/b"]),
        ("https://example.org/a](https://example.org/b)", ["https://example.org/a", "https://example.org/b"]),
        ("`https://example.org/a`", []),
        ("\\https://example.org/a", ["https://example.org/a"]),
        ("nohttps://", []),
        ("ftp://example.org", []),
    ],
)
async def test_an_address_in_a_sentence_ends_where_the_sentence_goes_on(
    modules: Modules, text: str, addresses: list[str]
) -> None:
    script = """({ parse }, text) => {
      const urls = ({ url, children }) => (url ? [url] : (children ?? []).flatMap(urls));
      return parse(text).flatMap(urls);
    }"""
    assert await modules.run("message-syntax", script, text) == addresses


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("<t:1618935630>", (1618935630, "f")),
        ("<t:1618935630:R>", (1618935630, "R")),
        ("<t:-1:d>", (-1, "d")),
        ("<t:1618935630:x>", None),
        ("<t:1.5>", None),
        ("<t:99999999999999>", None),
    ],
)
async def test_a_time_is_read_with_its_style(
    modules: Modules, text: str, time: tuple[int, str] | None
) -> None:
    [node] = await modules.call("message-syntax.parse", text)
    assert ((node["unix"], node["style"]) if node["type"] == "time" else None) == time
