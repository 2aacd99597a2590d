// The list of places: the channels of the open server with their threads, or the private messages; below it the person.

import { openPlace } from "./actions.js";
import { Icon } from "./icons.js";
import { Place } from "./kinds.js";
import { classes, html } from "./lib.js";
import { Face } from "./shell-face.js";
import { along } from "./shell-focus.js";
import { Person } from "./shell-person.js";
import { here, useStore } from "./store.js";

/** The channels of a server in their order, each with its threads; a thread whose channel is not seen stands alone. */
export function nested(channels) {
  const seen = new Set(channels.map((each) => each.id));
  const isInner = ({ type, parent }) => type === Place.THREAD && seen.has(parent);
  const outer = channels.filter((each) => !isInner(each));
  return outer.map((channel) => ({
    channel,
    threads: channels.filter((each) => isInner(each) && each.parent === channel.id),
  }));
}

export function Sidebar() {
  const guild = useStore((now) => here(now)?.guild ?? null);
  return html`
    <div class="sidebar">
      ${guild ? html`<${Server} guild=${guild} />` : html`<${Home} />`}
      <${Person} />
    </div>
  `;
}

/** The frame of both lists. */
const List = ({ title, children }) => html`
  <nav class="sidebar-nav" aria-label="Channels" data-area onKeyDown=${(event) => along(event, "button")}>
    <div class="sidebar-head"><h2 title=${title}>${title}</h2></div>
    <div class="sidebar-places">${children}</div>
  </nav>
`;

function Server({ guild }) {
  const app = useStore((now) => now.world.app.name);
  return html`
    <${List} title=${guild.name}>
      ${!guild.bot &&
      html`<p class="sidebar-absent">
        <${Icon} name="warning" size=${16} />
        <span>${app} is not here: only people who carry it along can use it.</span>
      </p>`}
      <ul>
        ${nested(guild.channels).map(
          ({ channel, threads }) => html`
            <li key=${channel.id}>
              <${Channel} channel=${channel} />
              ${threads.length > 0 &&
              html`<ul class="sidebar-threads" aria-label=${`Threads of ${channel.name}`}>
                ${threads.map((each) => html`<li key=${each.id}><${Channel} channel=${each} /></li>`)}
              </ul>`}
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}

function Channel({ channel }) {
  const { type, name, nsfw, locked, may } = channel;
  const shut = locked ? "locked" : may.write ? null : "you may not write here";
  const marks = [nsfw && "age-restricted", shut].filter(Boolean);
  return html`
    <${Row} channel=${channel} told=${marks}>
      ${type !== Place.THREAD && html`<${Icon} name="hash" />`}
      <span class="sidebar-name" title=${name}>${name}</span>
      ${nsfw && html`<span class="sidebar-restricted" aria-hidden="true">18+</span>`}
      ${shut && html`<${Icon} name="lock" size=${14} />`}
    <//>
  `;
}

function Home() {
  const places = useStore((now) => now.world.private);
  return html`
    <${List} title="Private messages">
      <ul>
        ${places.map((each) => html`<li key=${each.id}><${Conversation} channel=${each} /></li>`)}
      </ul>
      ${places.length === 0 && html`<p class="sidebar-none">Nobody has written to you yet.</p>`}
    <//>
  `;
}

function Conversation({ channel }) {
  const app = useStore((now) => now.world.app);
  const { type, name, recipients } = channel;
  const [other] = recipients;
  const isBot = other === app.id;
  return html`
    <${Row} channel=${channel} told=${[]} tall>
      ${type === Place.GROUP
        ? html`<span class="sidebar-group"><${Icon} name="people" size=${18} /></span>`
        : html`<${Face} name=${name} bot=${isBot} online=${!isBot || app.online} />`}
      <span class="sidebar-lines">
        <span class="sidebar-name" title=${name}>${name}</span>
        ${type === Place.GROUP && html`<span class="sidebar-detail">${recipients.length + 1} people</span>`}
      </span>
    <//>
  `;
}

/** A place in the list. `told`: what its marks say, in words. */
function Row({ channel, told, tall = false, children }) {
  const open = useStore((now) => now.place === channel.id);
  const unread = useStore((now) => now.unread[channel.id] ?? 0);
  const calls = useStore((now) => now.mentions[channel.id] ?? 0);
  const words = [channel.name, ...told, unread > 0 && `${unread} unread`].filter(Boolean).join(", ");
  const look = { "sidebar-row-tall": tall, "sidebar-row-unread": unread > 0, "sidebar-row-shut": !channel.may.write };
  return html`
    <button
      type="button"
      class=${classes("sidebar-row", look)}
      data-channel=${channel.id}
      aria-label=${words}
      aria-current=${open ? "page" : undefined}
      onClick=${() => openPlace(channel.id)}
    >
      ${children}
      ${calls > 0 && html`<span class="sidebar-badge" aria-hidden="true">${calls > 99 ? "99+" : calls}</span>`}
    </button>
  `;
}
