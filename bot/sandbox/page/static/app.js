// The frame of the client: servers, places, the open conversation, its members, and what lies over all of them.

import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { Header } from "./header.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";
import { placeName } from "./kinds.js";
import { classes, html, useEffect, useRef } from "./lib.js";
import { Lightbox } from "./lightbox.js";
import { Members } from "./members.js";
import { ContextMenu } from "./menu.js";
import { Modal } from "./modal.js";
import { Panel } from "./panel.js";
import { Rail } from "./rail.js";
import { Dialogs } from "./shell-dialogs.js";
import { MIDDLING, NARROW, useMedia, WIDE } from "./shell-media.js";
import { Tips } from "./shell-tips.js";
import { Sidebar } from "./sidebar.js";
import { here, set, useStore } from "./store.js";
import { Toasts } from "./toasts.js";

const NAME = "Easel’s sandbox";

/** "(2) #paintings · Easel’s sandbox" */
export function titleOf(now) {
  const place = here(now);
  const unread = Object.values(now.unread).reduce((sum, each) => sum + each, 0);
  return `${unread ? `(${unread}) ` : ""}${place ? `${placeName(place.channel)} · ` : ""}${NAME}`;
}

export function App() {
  const known = useStore((now) => now.world !== null);
  const connection = useStore((now) => now.connection);
  const title = useStore(titleOf);
  useEffect(() => void (document.title = title), [title]);
  useKeys();
  return html`
    ${known ? html`<${Frame} lost=${connection !== "open"} />` : html`<${Opening} lost=${connection === "lost"} />`}
    <${Toasts} />
    <${Tips} />
  `;
}

function Frame({ lost }) {
  const place = useStore(here);
  const drawer = useStore((now) => now.drawer);
  const panel = useStore((now) => now.panel);
  const members = useStore((now) => now.members);
  const narrow = useMedia(NARROW);
  const beside = useMedia(MIDDLING);
  const besideOnly = !useMedia(WIDE);
  const listed = place && members && !(panel && beside);
  const covered = narrow && drawer;
  const over = covered ? "drawer" : listed && besideOnly ? "members" : null;
  const lists = useDrawer(covered);
  useEffect(() => void (besideOnly && set({ members: false })), [besideOnly, place?.channel.id]);
  return html`
    <div class="shell">
      <div
        class=${classes("shell-lists", { "shell-lists-open": drawer || !place })}
        data-layer=${narrow || undefined}
        ref=${lists}
      >
        <${Rail} />
        <${Sidebar} />
      </div>
      <main class="shell-main">
        ${lost && html`<${Lost} />`}
        ${place ? html`<${Place} ...${place} inert=${covered} />` : html`<${Nowhere} />`}
        <${ContextMenu} />
      </main>
      ${listed && html`<${Members} ...${place} over=${besideOnly} />`}
      ${over && html`<div class="shell-shade" onClick=${() => set({ [over]: false })}></div>`}
      <${Panel} />
    </div>
    <${Dialogs} />
    <${Modal} />
    <${Lightbox} />
  `;
}

function Place({ channel, guild, inert }) {
  return html`
    <${Header} channel=${channel} guild=${guild} />
    <div class="shell-talk" inert=${inert}>
      <${Chat} channel=${channel} guild=${guild} />
      <${Composer} channel=${channel} guild=${guild} />
    </div>
  `;
}

/** Lead the focus into the lists when they open over the page, and back to their button when they close. */
function useDrawer(covered) {
  const lists = useRef(null);
  const before = useRef(covered);
  useEffect(() => {
    if (before.current === covered) return;
    before.current = covered;
    const held = document.activeElement === document.body || lists.current.contains(document.activeElement);
    if (covered) lists.current.querySelector(".sidebar [aria-current]")?.focus();
    else if (held) document.querySelector(".header [aria-expanded]")?.focus();
  }, [covered]);
  return lists;
}

const Lost = () => html`
  <div class="shell-lost" role="alert">
    <${Icon} name="warning" />
    <p>The sandbox is gone; it is looked for again every second. Start it with <code>make sandbox</code>.</p>
  </div>
`;

/** Somebody who sees no place at all. */
const Nowhere = () => html`
  <div class="shell-nowhere">
    <h1>Nothing to see</h1>
    <p>This person is in no server, and nobody has written to them.</p>
  </div>
`;

const GHOSTS = [70, 48, 60, 82, 40];

/** Before the sandbox has said anything: the frame, empty. */
function Opening({ lost }) {
  return html`
    <div class="shell">
      <div class="shell-lists" aria-hidden="true">
        <div class="rail">${[0, 1, 2].map(() => html`<span class="rail-ghost"></span>`)}</div>
        <div class="sidebar">
          <div class="sidebar-head"></div>
          <div class="sidebar-places">
            ${GHOSTS.map((width) => html`<span class="sidebar-ghost" style=${{ width: `${width}%` }}></span>`)}
          </div>
        </div>
      </div>
      <main class="shell-main shell-opening">
        ${lost ? html`<${Lost} />` : html`<p role="status">Opening the sandbox…</p>`}
      </main>
    </div>
  `;
}
