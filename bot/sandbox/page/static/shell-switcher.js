// The quick switcher: type a few letters of a place or a person, and be there.

import { be, openPlace } from "./actions.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { Place, signOf } from "./kinds.js";
import { html, useEffect, useMemo, useRef, useState } from "./lib.js";
import { closeDialog, Dialog } from "./shell-dialog.js";
import { found } from "./shell-find.js";
import { channels, useStore } from "./store.js";

const MOST_FOUND = 12;

/** What can be gone to: places, those that were open last before the others, and the people to look as. */
export function targets(now) {
  const { world, visited } = now;
  const recent = (id) => (visited.includes(id) ? visited.indexOf(id) : visited.length);
  const places = channels(now)
    .toSorted((one, other) => recent(one.channel.id) - recent(other.channel.id))
    .map(({ channel, guild }) => ({
      id: channel.id,
      name: channel.name,
      detail: guild?.name ?? "Private messages",
      icon: signOf(channel.type),
      face: channel.type === Place.DM ? channel.recipients[0] : null,
      bot: channel.recipients.includes(world.app.id),
      unread: now.unread[channel.id] ?? 0,
      go: () => openPlace(channel.id),
    }));
  const people = world.people
    .filter(({ id }) => id !== world.me)
    .map(({ id, name, about }) => ({
      id,
      name,
      detail: `Look as ${name}, ${about}`,
      icon: null,
      face: id,
      bot: false,
      unread: 0,
      go: () => be(id),
    }));
  return [...places, ...people];
}

export function Switcher() {
  const now = useStore((state) => state);
  const all = useMemo(() => targets(now), [now.world, now.visited, now.unread]);
  const [sought, seek] = useState("");
  const [active, setActive] = useState(0);
  const items = found(all, sought, (each) => each.name).slice(0, MOST_FOUND);
  const at = Math.min(active, items.length - 1);
  const list = useRef(null);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at, sought]);

  const go = (item) => {
    closeDialog();
    item.go();
  };
  const onKeyDown = (event) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && items.length) setActive((to + items.length) % items.length);
    else if (event.key === "Enter" && items[at] && !event.isComposing) go(items[at]);
    else return;
    event.preventDefault();
  };
  const onInput = (event) => {
    seek(event.currentTarget.value);
    setActive(0);
  };
  return html`
    <${Dialog} title="Go to" bare class="switcher">
      <input
        class="switcher-text"
        type="text"
        role="combobox"
        aria-label="A place or a person"
        aria-autocomplete="list"
        aria-expanded=${String(items.length > 0)}
        aria-controls="switcher-list"
        aria-activedescendant=${items.length ? `switcher-${at}` : undefined}
        placeholder="Where to?"
        autocomplete="off"
        autofocus
        value=${sought}
        onInput=${onInput}
        onKeyDown=${onKeyDown}
      />
      <ul class="switcher-list" role="listbox" id="switcher-list" aria-label="Places and people" ref=${list}>
        ${items.map(
          (item, index) => html`
            <li
              key=${item.id}
              id=${`switcher-${index}`}
              class="switcher-item"
              role="option"
              aria-selected=${String(index === at)}
              onMouseMove=${() => index !== at && setActive(index)}
              onClick=${() => go(item)}
            >
              ${item.face
                ? html`<${Avatar} name=${item.name} bot=${item.bot} size=${24} />`
                : html`<${Icon} name=${item.icon} size=${24} />`}
              <span class="switcher-name">${item.name}</span>
              <span class="switcher-detail">${item.detail}</span>
              ${item.unread > 0 &&
              html`<span class="sidebar-badge">${item.unread}<span class="visually-hidden"> unread</span></span>`}
            </li>
          `,
        )}
      </ul>
      ${items.length === 0 && html`<p class="switcher-none" role="status">Nothing here is called that.</p>`}
    <//>
  `;
}
