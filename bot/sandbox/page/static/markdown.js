// Draws the tree of Discord's markdown that `message-syntax` reads: styles, blocks, links, mentions, times.

import { compose } from "./actions.js";
import { Icon } from "./icons.js";
import { signOf } from "./kinds.js";
import { classes, html, useMemo } from "./lib.js";
import { jump, openMenu } from "./message-jump.js";
import { Spoiler } from "./message-spoiler.js";
import { parse } from "./message-syntax.js";
import { channels, nameOf, useStore } from "./store.js";
import { tellable, Time } from "./time.js";

export { parse } from "./message-syntax.js";

const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,30}$/v;

/** A text in Discord's markdown. `children` follow it on its last line, such as «(edited)». */
export function Markdown({ text, children }) {
  const nodes = useMemo(() => parse(text), [text]);
  const big = text.length <= 300 && ONLY_EMOJI.test(text.trim());
  return html`<div class=${classes("markdown", { "markdown-big": big })}>${draw(nodes)}${children}</div>`;
}

const draw = (nodes) => nodes.map((node) => (DRAWN[node.type] ?? Words)(node));

const Words = ({ text }) => text;

const DRAWN = {
  text: Words,
  strong: ({ children }) => html`<strong>${draw(children)}</strong>`,
  em: ({ children }) => html`<em>${draw(children)}</em>`,
  underline: ({ children }) => html`<u>${draw(children)}</u>`,
  strike: ({ children }) => html`<s>${draw(children)}</s>`,
  spoiler: ({ children }) => html`<${Spoiler}>${draw(children)}<//>`,
  quote: ({ children }) => html`<blockquote>${draw(children)}</blockquote>`,
  // One rank for all: in the page's outline the headings of a message stand below the place's, none skips a rank.
  heading: ({ level, children }) => html`<h2 class=${`markdown-heading-${level}`}>${draw(children)}</h2>`,
  subtext: ({ children }) => html`<small>${draw(children)}</small>`,
  list: ({ start, items }) => {
    const lines = items.map((item) => html`<li>${draw(item)}</li>`);
    return start === null ? html`<ul>${lines}</ul>` : html`<ol start=${start}>${lines}</ol>`;
  },
  code: ({ text }) => html`<code>${text}</code>`,
  block: ({ text, language }) => html`<pre><code data-language=${language}>${text}</code></pre>`,
  link: ({ url, children }) => html`<${Outside} url=${url}>${draw(children)}<//>`,
  place: (node) => html`<${Place} ...${node} />`,
  user: ({ id }) => html`<${User} id=${id} />`,
  role: ({ id }) => html`<${Role} id=${id} />`,
  channel: ({ id }) => html`<${Place} channel=${id} message=${null} children=${null} />`,
  everyone: ({ text }) => html`<span class="markdown-mention">${text}</span>`,
  time: ({ unix, style, source }) =>
    tellable(unix) ? html`<${Time} class="markdown-time" unix=${unix} style=${style} />` : source,
  emoji: ({ name }) => `:${name}:`,
  command: ({ name }) => html`<${Mention} onGo=${() => compose(`/${name}`)}>/${name}<//>`,
};

/** A link out of the page, in a window of its own. */
export const Outside = ({ url, class: name, children }) => html`
  <a class=${name} href=${url} title=${url} target="_blank" rel="noreferrer noopener">${children}</a>
`;

/** A name that something happens on. Within the page: its address names the thing, but nothing is loaded. */
function Mention({ href = "#", menu = false, onGo, children }) {
  const go = (event) => {
    event.preventDefault();
    onGo(event);
  };
  return html`
    <a class="markdown-mention" href=${href} aria-haspopup=${menu ? "menu" : undefined} onClick=${go}>${children}</a>
  `;
}

/** A link to a channel or a message; both are in this page. Without words it shows the channel's name. */
function Place({ channel, message, children }) {
  const found = useStore((now) => channels(now).find((each) => each.channel.id === channel)?.channel ?? null);
  const href = `#${[channel, message].filter(Boolean).join("/")}`;
  const go = (event) => {
    event.preventDefault();
    jump(channel, message);
  };
  if (children) return html`<a href=${href} onClick=${go}>${draw(children)}</a>`;
  if (!found) return html`<span class="markdown-mention"><${Icon} name="lock" size=${14} />unknown</span>`;
  return html`
    <${Mention} href=${href} onGo=${go}>
      <${Icon} name=${signOf(found.type)} size=${14} />${found.name}
      ${message && html`${" "}<${Icon} name="right" size=${14} />message`}
    <//>
  `;
}

function User({ id }) {
  const name = useStore((now) => nameOf(id, now));
  return html`<${Mention} href=${`#${id}`} menu onGo=${(event) => openMenu(event, "user", id)}>@${name}<//>`;
}

function Role({ id }) {
  const name = useStore((now) => now.world?.guilds.flatMap((each) => each.roles).find((each) => each.id === id)?.name);
  return html`<span class="markdown-mention">@${name ?? "unknown role"}</span>`;
}
