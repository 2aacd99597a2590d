"""What becomes of Discord's markdown in the page: pairs of a text and the HTML that it is drawn as.

Of attributes only `class` and `href` are compared, and pictograms are left out; `DRAW` does both, in any page whose
import map is the client's:

    assert await page.evaluate(DRAW, [markdown, WORLD]) == html
"""

from __future__ import annotations

from typing import Any, Final

WORLD: Final[dict[str, Any]] = {
    "me": "1",
    "people": [],
    "everyone": {"1": "Ada"},
    "guilds": [
        {
            "id": "9",
            "name": "Painters",
            "channels": [
                {"id": "2", "type": 0, "name": "general"},
                {"id": "3", "type": 11, "name": "a thread", "parent": "2"},
            ],
            "members": [],
            "roles": [{"id": "4", "name": "Managers"}],
        }
    ],
    "private": [],
}
"""Who and what the mentions are."""

DRAW: Final = """
async ([text, world]) => {
  const { html, render } = await import("/static/lib.js");
  const { Markdown } = await import("/static/markdown.js");
  const { get, set } = await import("/static/store.js");
  const before = get().world;
  const root = document.createElement("div");
  set({ world });
  render(html`<${Markdown} text=${text} />`, root);
  set({ world: before });
  const drawn = root.firstChild.cloneNode(true);
  render(null, root);
  for (const each of drawn.querySelectorAll("svg")) each.remove();
  for (const each of drawn.querySelectorAll("*"))
    for (const { name } of [...each.attributes])
      if (name !== "class" && name !== "href") each.removeAttribute(name);
  return drawn.innerHTML;
}
"""

CASES: Final[list[tuple[str, str]]] = [
    # styles
    ("plain", "plain"),
    ("**bold**", "<strong>bold</strong>"),
    ("*italic*", "<em>italic</em>"),
    ("_italic_", "<em>italic</em>"),
    ("__underlined__", "<u>underlined</u>"),
    ("~~struck out~~", "<s>struck out</s>"),
    ("***bold italic***", "<em><strong>bold italic</strong></em>"),
    ("**bold *and italic***", "<strong>bold <em>and italic</em></strong>"),
    ("***bold** in italic*", "<em><strong>bold</strong> in italic</em>"),
    ("__*both*__", "<u><em>both</em></u>"),
    ("**two\nlines**", "<strong>two\nlines</strong>"),
    ("_a __b__ c_", "<em>a <u>b</u> c</em>"),
    ("2 * 3 * 4", "2 * 3 * 4"),
    ("a * b*", "a * b*"),
    ("snake_case_name", "snake_case_name"),
    ("_italic_word", "_italic_word"),
    ("** spaced **", "<strong> spaced </strong>"),
    # what closes nothing
    ("**open", "**open"),
    ("*open", "*open"),
    ("__open", "__open"),
    ("~~open", "~~open"),
    ("||open", "||open"),
    ("`open", "`open"),
    ("```open", "```open"),
    ("[open](", "[open]("),
    ("[a](not an address)", "[a](not an address)"),
    ("[a](javascript:alert)", "[a](javascript:alert)"),
    ("<@open>", "&lt;@open&gt;"),
    ("<t:open>", "&lt;t:open&gt;"),
    ("**open *inner* open", "**open <em>inner</em> open"),
    ("****", "****"),
    ("||||", "||||"),
    ("``", "``"),
    (">none", "&gt;none"),
    ("#none", "#none"),
    ("-none", "-none"),
    ("1.none", "1.none"),
    ("# ", "# "),
    ("- ", "- "),
    # escapes
    ("\\*not italic\\*", "*not italic*"),
    ("\\**italic*", "*<em>italic</em>"),
    ("\\\\*italic*", "\\<em>italic</em>"),
    ("\\`no code\\`", "`no code`"),
    ("\\# no heading", "# no heading"),
    ("\\- no list", "- no list"),
    ("\\> no quote", "&gt; no quote"),
    ("\\<@1>", "&lt;@1&gt;"),
    ("\\a \\1", "\\a \\1"),
    ("¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯"),
    ("*a\\*b*", "<em>a*b</em>"),
    # code
    ("`code`", "<code>code</code>"),
    ("``a ` b``", "<code>a ` b</code>"),
    ("`` ` ``", "<code>`</code>"),
    ("`**none**`", "<code>**none**</code>"),
    ("`\\`", "<code>\\</code>"),
    ("a `b` `c` d", "a <code>b</code> <code>c</code> d"),
    ("```\nblock\n```", "<pre><code>block</code></pre>"),
    ("```py\nprint(1)\n```", "<pre><code>print(1)</code></pre>"),
    ("```py```", "<pre><code>py</code></pre>"),
    ("```one line```", "<pre><code>one line</code></pre>"),
    ("before\n```\na\n\n  b\n```\nafter", "before\n<pre><code>a\n\n  b</code></pre>after"),
    ("```\n# none\n- none\n**none**\n```", "<pre><code># none\n- none\n**none**</code></pre>"),
    # blocks
    ("# One", '<h2 class="markdown-heading-1">One</h2>'),
    ("## Two\n### Three", '<h2 class="markdown-heading-2">Two</h2><h2 class="markdown-heading-3">Three</h2>'),
    ("#### four", "#### four"),
    ("-# aside", "<small>aside</small>"),
    ("# **bold** _i_\nafter", '<h2 class="markdown-heading-1"><strong>bold</strong> <em>i</em></h2>after'),
    ("above\n# One", 'above\n<h2 class="markdown-heading-1">One</h2>'),
    ("> quoted", "<blockquote>quoted</blockquote>"),
    ("> a\n> b\nc", "<blockquote>a\nb</blockquote>c"),
    (">>> a\n\nb", "<blockquote>a\n\nb</blockquote>"),
    ("> # One\n> - a", '<blockquote><h2 class="markdown-heading-1">One</h2><ul><li>a</li></ul></blockquote>'),
    ("> > once", "<blockquote>&gt; once</blockquote>"),
    ("a > b", "a &gt; b"),
    ("a\nb\n\nc", "a\nb\n\nc"),
    # lists
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("3. a\n3. b", "<ol><li>a</li><li>b</li></ol>"),
    ("- a\n  - b\n    - c\n- d", "<ul><li>a\n<ul><li>b\n<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
    ("1. a\n   - b\n2. c", "<ol><li>a\n<ul><li>b</li></ul></li><li>c</li></ol>"),
    ("- a\n  goes on", "<ul><li>a\ngoes on</li></ul>"),
    ("- a\n\n- b", "<ul><li>a</li></ul>\n<ul><li>b</li></ul>"),
    ("- a\nafter", "<ul><li>a</li></ul>after"),
    ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
    ("above\n- a", "above\n<ul><li>a</li></ul>"),
    ("- **a**", "<ul><li><strong>a</strong></li></ul>"),
    # links
    ("https://example.org/a?b=c#d", '<a href="https://example.org/a?b=c#d">https://example.org/a?b=c#d</a>'),
    (
        "(https://example.org/a_(b)) and https://example.org.",
        '(<a href="https://example.org/a_(b)">https://example.org/a_(b)</a>) and <a href="https://example.org">https://example.org</a>.',
    ),
    ("<https://example.org>", '<a href="https://example.org">https://example.org</a>'),
    ("[name](https://example.org)", '<a href="https://example.org">name</a>'),
    ("[**name**](<https://example.org>)", '<a href="https://example.org"><strong>name</strong></a>'),
    ('[name](https://example.org "title")', '<a href="https://example.org">name</a>'),
    ("[a [b] c](https://example.org)", '<a href="https://example.org">a [b] c</a>'),
    (
        "[https://example.com](https://example.org)",
        '[<a href="https://example.com">https://example.com</a>](<a href="https://example.org">https://example.org</a>)',
    ),
    ("[a](https://example.org", '[a](<a href="https://example.org">https://example.org</a>'),
    ("https://example.org/a\\_b", '<a href="https://example.org/a_b">https://example.org/a_b</a>'),
    ("https://example.org/a_b_c", '<a href="https://example.org/a_b_c">https://example.org/a_b_c</a>'),
    ("http://", "http://"),
    ("https://discord.com/channels/9/2", '<a class="markdown-mention" href="#2">general</a>'),
    ("https://discord.com/channels/9/2/7", '<a class="markdown-mention" href="#2/7">general message</a>'),
    ("[see it](https://discord.com/channels/@me/2/7)", '<a href="#2/7">see it</a>'),
    ("https://discord.com/channels/9/404/7", '<span class="markdown-mention">unknown</span>'),
    # mentions
    ("<@1>", '<a class="markdown-mention" href="#1">@Ada</a>'),
    (
        "<@!1> and <@404>",
        '<a class="markdown-mention" href="#1">@Ada</a> and <a class="markdown-mention" href="#404">@somebody</a>',
    ),
    (
        "<#2> <#3>",
        '<a class="markdown-mention" href="#2">general</a> <a class="markdown-mention" href="#3">a thread</a>',
    ),
    ("<#404>", '<span class="markdown-mention">unknown</span>'),
    (
        "<@&4> <@&404>",
        '<span class="markdown-mention">@Managers</span> <span class="markdown-mention">@unknown role</span>',
    ),
    (
        "@everyone and @here",
        '<span class="markdown-mention">@everyone</span> and <span class="markdown-mention">@here</span>',
    ),
    ("</train subject:5>", '<a class="markdown-mention" href="#">/train subject</a>'),
    ("<:blob:6> <a:blob:6>", ":blob: :blob:"),
    ("<@1", "&lt;@1"),
    ("[<@1>](https://example.org)", '<a href="https://example.org">&lt;@1&gt;</a>'),
    # spoilers
    ("||hidden||", '<span class="markdown-spoiler"><span>hidden</span></span>'),
    ("||**a**|| b ||", '<span class="markdown-spoiler"><span><strong>a</strong></span></span> b ||'),
    ("||a\n- b||", '<span class="markdown-spoiler"><span>a\n<ul><li>b</li></ul></span></span>'),
    ("a || b", "a || b"),
]

LONG: Final[list[str]] = [
    "*", "_", "~", "|", "`", "[", "<", "\\", "> ", "- ", "# ", "\n", "*a ", "_a ", "**a ", "||a ", "[a](", "`a``b```c",
    "- a\n", "  - a\n", "https://", "*a**b_c__d",
]  # fmt: skip
"""Texts that, many thousand times over, are still read in no time, and without a letter lost."""

RELATIVE: Final[list[tuple[int, str]]] = [
    (0, "now"), (1, "in 1 second"), (-59, "59 seconds ago"), (60, "in 1 minute"), (3599, "in 59 minutes"),
    (-7200, "2 hours ago"), (86400, "in 1 day"), (-40 * 86400, "1 month ago"), (800 * 86400, "in 2 years"),
]  # fmt: skip
"""Seconds from now, and how `relative` of `time.js` says it."""
