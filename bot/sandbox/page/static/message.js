// A message as one row of a conversation: who wrote it and when, what it answers, what it holds, what became of it.

import { dismiss } from "./actions.js";
import { Attachments } from "./attachments.js";
import { Avatar } from "./avatar.js";
import { Components } from "./components.js";
import { Dots } from "./dots.js";
import { Embeds } from "./embeds.js";
import { Icon } from "./icons.js";
import { Flag, isEphemeral } from "./kinds.js";
import { classes, html, useMemo } from "./lib.js";
import { Markdown } from "./markdown.js";
import { jump, openMenu } from "./message-jump.js";
import { parse, plain } from "./message-syntax.js";
import { nameOf, useStore } from "./store.js";
import { full, Time, unixOf } from "./time.js";

const REPLY = 19;

/** `grouped`: it goes on from the message above, by the same author; its time shows when it is pointed at. */
export function Message({ message, grouped = false }) {
  const mine = useStore((now) => now.world?.me);
  const failure = useStore((now) => now.failures[message.id]);
  const above = aboveIt(message);
  const alone = !grouped || above !== null;
  const called = message.mention_everyone || (message.mentions ?? []).some((each) => each.id === mine);
  const look = classes("message", {
    "message-alone": alone,
    "message-called": called,
    "message-ephemeral": isEphemeral(message),
  });
  const by = `message-by-${message.id}`;
  const at = `message-at-${message.id}`;
  const menu = (event) => openMenu(event, "message", message);
  return html`
    <article
      class=${look}
      data-message=${message.id}
      tabindex="-1"
      aria-labelledby=${`${by} ${at}`}
      onContextMenu=${menu}
    >
      ${above}
      <div class="message-row">
        <${Head} message=${message} alone=${alone} by=${by} at=${at} />
        <div class="message-body">
          <${Body} message=${message} />
          ${isEphemeral(message) && html`<${OnlyYou} message=${message} />`}
          ${failure && html`<${Failure} text=${failure} />`}
        </div>
      </div>
      <div class="message-tools" data-layer>
        <button type="button" class="message-tool" aria-label="More" aria-haspopup="menu" title="More" onClick=${menu}>
          <${Icon} name="dots" />
        </button>
      </div>
    </article>
  `;
}

// --- the lines above -------------------------------------------------------------------------------------------------

function aboveIt(message) {
  if (message.page?.asked) return html`<${Asked} asked=${message.page.asked} />`;
  if (message.type !== REPLY) return null;
  return html`<${Reply} original=${message.referenced_message ?? null} />`;
}

/** «Ada used /imagine» */
function Asked({ asked }) {
  const name = useStore((now) => nameOf(asked.user, now));
  const menu = (event) => openMenu(event, "user", asked.user);
  return html`
    <div class="message-above">
      <${Avatar} name=${name} size=${16} />
      <span class="message-asked">
        <button type="button" class="message-name" aria-haspopup="menu" onClick=${menu} onContextMenu=${menu}>
          ${name}
        </button>
        ${" used "}<span class="message-command">${asked.name}</span>
      </span>
    </div>
  `;
}

function Reply({ original }) {
  const words = useMemo(() => (original ? said(original) : null), [original]);
  const author = original?.author;
  const name = useStore((now) => (author ? nameOfAuthor(author, now) : null));
  if (!original) {
    return html`
      <div class="message-above"><${Icon} name="reply" size=${14} /><i>The original message was deleted</i></div>
    `;
  }
  const href = `#${original.channel_id}/${original.id}`;
  const go = (event) => {
    event.preventDefault();
    jump(original.channel_id, original.id);
  };
  return html`
    <div class="message-above">
      <${Avatar} name=${name} bot=${author.bot} size=${16} />
      ${author.bot && html`<${AppTag} />`}
      <a class="message-replied" href=${href} title=${`${name} ${words}`} onClick=${go}>
        <b>${name}</b> ${words}
      </a>
    </div>
  `;
}

/** What a message says, on one line: its text, else the first text of its components, else that there is something. */
function said(message) {
  const written = message.content || firstText(message.components) || message.embeds?.[0]?.title || "";
  const line = plain(parse(written), ({ id, type }) => (type === "user" ? `@${nameOf(id)}` : "…"));
  return line.slice(0, 300) || (message.attachments?.length ? "Click to see attachment" : "Click to see message");
}

function firstText(components = []) {
  for (const each of components) {
    const found = each.content ?? firstText(each.components);
    if (found) return found;
  }
  return null;
}

// --- who and when ----------------------------------------------------------------------------------------------------

/** The name that the sandbox gives an account, or the message itself where the sandbox does not. */
const nameOfAuthor = (author, now) => now.world?.everyone[author.id] ?? author.global_name ?? author.username;

const AppTag = () => html`<span class="message-tag">APP</span>`;

/** The avatar is the button that opens its person's menu; the name does the same for who points at it. */
function Head({ message, alone, by, at }) {
  const { author } = message;
  const name = useStore((now) => nameOfAuthor(author, now));
  const menu = (event) => openMenu(event, "user", author.id);
  const unix = unixOf(message.timestamp);
  if (!alone) {
    return html`
      <span class="message-gutter"><${Time} id=${at} unix=${unix} style="t" /></span>
      <span class="visually-hidden" id=${by}>${name}</span>
    `;
  }
  return html`
    <button
      type="button"
      class="message-face"
      aria-label=${name}
      aria-haspopup="menu"
      onClick=${menu}
      onContextMenu=${menu}
    >
      <${Avatar} name=${name} bot=${author.bot} />
    </button>
    <div class="message-head">
      <span class="message-name" id=${by} onClick=${menu} onContextMenu=${menu}>${name}</span>
      ${author.bot && html`<${AppTag} />`}
      <${Time} id=${at} class="message-time" unix=${unix} style="stamp" />
    </div>
  `;
}

// --- what it holds ---------------------------------------------------------------------------------------------------

function Body({ message }) {
  const name = useStore((now) => nameOfAuthor(message.author, now));
  if (message.flags & Flag.LOADING) {
    return html`<p class="message-thinking" role="status"><${Dots} />${name} is thinking…</p>`;
  }
  const edited = message.edited_timestamp && html`<${Edited} iso=${message.edited_timestamp} />`;
  return html`
    ${message.content && html`<${Markdown} text=${message.content}>${edited}<//>`}
    ${!(message.flags & Flag.COMPONENTS_V2) &&
    html`<${Attachments} message=${message} /><${Embeds} message=${message} />`}
    <${Components} message=${message} />
    ${!message.content && edited}
  `;
}

const Edited = ({ iso }) => html`
  <time class="message-edited" datetime=${iso} title=${`Edited ${full(unixOf(iso))}`}> (edited)</time>
`;

const Failure = ({ text }) => html`
  <p class="message-failure" role="alert"><${Icon} name="warning" size=${16} />${text}</p>
`;

const OnlyYou = ({ message }) => html`
  <p class="message-only-you">
    <${Icon} name="eye" size=${16} />
    <span>
      Only you can see this • <button type="button" onClick=${() => dismiss(message)}>Dismiss message</button>
    </span>
  </p>
`;
