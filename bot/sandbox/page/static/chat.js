// The messages of the open place, from its beginning to the present.

import { dropAside } from "./actions.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { placeName } from "./kinds.js";
import { classes, html, useEffect, useLayoutEffect, useMemo, useRef } from "./lib.js";
import { Message } from "./message.js";
import { along } from "./shell-focus.js";
import { countAfter, rowsOf } from "./shell-log.js";
import { useStick } from "./shell-stick.js";
import { Welcome } from "./shell-welcome.js";
import { nameOf, useStore } from "./store.js";

const MOST_MESSAGES = 200; // that the sandbox tells of a place; with fewer its beginning is seen
const ABOVE_NEW = 56; // pixels that are seen above what is new
const NONE = [];

export function Chat({ channel, guild }) {
  const messages = useStore((now) => now.messages[channel.id]);
  const person = useStore((now) => now.world.me);
  if (!messages) return html`<${Loading} />`;
  return html`<${Log} key=${`${person}/${channel.id}`} channel=${channel} guild=${guild} messages=${messages} />`;
}

function Log({ channel, guild, messages }) {
  const asides = useStore((now) => now.asides[channel.id] ?? NONE);
  const divider = useStore((now) => now.divider?.message ?? null);
  const person = useStore((now) => now.world.me);
  const rows = useMemo(() => rowsOf(messages, asides, divider), [messages, asides, divider]);
  const draw = useRows();
  const scroller = useRef(null);
  const content = useRef(null);
  const { away, toEnd, look, stay } = useStick(scroller, content);

  const last = messages.at(-1);
  const left = useRef(null); // the last message that was there when the end was seen
  useLayoutEffect(() => {
    if (!away) left.current = last?.id;
  }, [away, last?.id]);
  useLayoutEffect(() => {
    const fresh = content.current.querySelector("[data-new]");
    const { clientHeight, scrollHeight } = scroller.current;
    const top = fresh && fresh.offsetTop - ABOVE_NEW;
    if (!fresh || top >= scrollHeight - clientHeight) return toEnd();
    left.current = messages[messages.findIndex((each) => each.id === divider) - 1]?.id;
    stay(top);
  }, []);
  const newest = useRef(last?.id ?? "0");
  useEffect(() => {
    if (!last || BigInt(last.id) <= BigInt(newest.current)) return; // one was deleted
    newest.current = last.id;
    if (last.author.id === person) toEnd();
  }, [last?.id]);

  return html`
    <div class="chat">
      <div
        class="chat-scroller"
        role="log"
        aria-label=${`Messages in ${placeName(channel)}`}
        tabindex="0"
        data-area
        ref=${scroller}
        onScroll=${look}
        onKeyDown=${fromMessageToMessage}
      >
        <div class="chat-content" ref=${content}>
          ${messages.length < MOST_MESSAGES &&
          html`<${Welcome} channel=${channel} guild=${guild} empty=${messages.length === 0 && asides.length === 0} />`}
          ${rows.map((row) => draw(row, channel))}
        </div>
      </div>
      ${away && html`<${Away} count=${countAfter(messages, left.current, person)} toEnd=${toEnd} />`}
    </div>
  `;
}

/** How a row is drawn. A message that is still the same is the same piece of markup, which preact leaves alone. */
function useRows() {
  const { current: drawn } = useRef(new WeakMap());
  return (row, channel) => {
    const { kind, key, message, grouped } = row;
    if (kind === "divider") return html`<${Divider} key=${key} ...${row} />`;
    if (kind === "aside") return html`<${Aside} key=${key} aside=${row.aside} channel=${channel.id} />`;
    const known = drawn.get(message);
    if (known?.grouped === grouped) return known.markup;
    const markup = html`<${Message} key=${key} message=${message} grouped=${grouped} />`;
    drawn.set(message, { grouped, markup });
    return markup;
  };
}

/** Arrows lead from the log to its last message, and from one to the next. */
function fromMessageToMessage(event) {
  const { target, currentTarget, key } = event;
  if (target.matches("article") || (target === currentTarget && key === "ArrowUp")) along(event, "article");
}

function Divider({ day, fresh }) {
  const words = [day, fresh && "New"].filter(Boolean).join(", ");
  return html`
    <div
      class=${classes("chat-divider", { "chat-divider-new": fresh })}
      role="separator"
      aria-label=${words}
      data-new=${fresh ? "" : undefined}
    >
      ${day && html`<span class="chat-day" aria-hidden="true">${day}</span>`}
      ${fresh && html`<span class="chat-new" aria-hidden="true">New</span>`}
    </div>
  `;
}

/** A line of the page's own: «Ada used /train. The application did not respond.» */
function Aside({ aside, channel }) {
  const name = useStore((now) => nameOf(aside.user, now));
  return html`
    <article class="chat-aside" tabindex="-1">
      <p class="chat-aside-head">
        <${Avatar} name=${name} size=${16} />
        <span><b>${name}</b> used <span class="chat-aside-command">${aside.command}</span></span>
      </p>
      <p class="chat-aside-text"><${Icon} name="warning" size=${16} /><span>${aside.text}</span></p>
      <p class="chat-aside-foot">
        <${Icon} name="eye" size=${16} />
        <span>
          Only you can see this • ${" "}
          <button type="button" onClick=${() => dropAside(channel, aside.id)}>Dismiss message</button>
        </span>
      </p>
    </article>
  `;
}

function Away({ count, toEnd }) {
  const words = count ? `${count} new ${count === 1 ? "message" : "messages"}` : "You’re looking at older messages";
  return html`
    <div class="chat-away" data-layer>
      <span>${words}</span>
      <button type="button" onClick=${toEnd}>Jump to present <${Icon} name="down" size=${18} /></button>
    </div>
  `;
}

const LINES = [62, 84, 38, 71, 54];

/** What stands there until the messages have come. */
const Loading = () => html`
  <div class="chat chat-loading" role="status" aria-label="Loading messages">
    ${LINES.map(
      (width) => html`
        <div class="chat-ghost">
          <span class="chat-ghost-face"></span>
          <span class="chat-ghost-lines">
            <span class="chat-ghost-line chat-ghost-name"></span>
            <span class="chat-ghost-line" style=${{ width: `${width}%` }}></span>
          </span>
        </div>
      `,
    )}
  </div>
`;
