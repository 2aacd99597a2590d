// Who is in the open place, beside its messages: people and apps, those who are there first.

import { html } from "./lib.js";
import { openMenu } from "./message-jump.js";
import { Face } from "./shell-face.js";
import { along } from "./shell-focus.js";
import { me, nameOf, useStore } from "./store.js";

/** Everybody in a place, by name; in private messages that is the person and the others. */
export function membersOf({ channel, guild }, now) {
  const { app } = now.world;
  const private_ = [me(now).id, ...channel.recipients].map((id) => ({
    id,
    name: nameOf(id, now),
    bot: id === app.id,
    online: id !== app.id || app.online,
  }));
  return (guild?.members ?? private_).toSorted((one, other) => one.name.localeCompare(other.name));
}

/** `over`: it lies over the messages. */
export function Members({ channel, guild, over }) {
  const world = useStore((now) => now.world);
  const everybody = membersOf({ channel, guild }, { world });
  const there = everybody.filter((each) => each.online);
  const away = everybody.filter((each) => !each.online);
  return html`
    <aside
      class="members"
      aria-labelledby="members-title"
      data-layer=${over || undefined}
      onKeyDown=${(event) => along(event, "button")}
    >
      <h2 class="members-head" id="members-title">Members</h2>
      <${Part} title="Online" members=${there} />
      <${Part} title="Offline" members=${away} />
    </aside>
  `;
}

function Part({ title, members }) {
  if (!members.length) return null;
  return html`
    <h3>${title} — ${members.length}</h3>
    <ul>
      ${members.map((each) => html`<li key=${each.id}><${Member} ...${each} /></li>`)}
    </ul>
  `;
}

function Member({ id, name, bot, online }) {
  const open = (event) => openMenu(event, "user", id);
  return html`
    <button
      type="button"
      class="members-one"
      data-user=${id}
      aria-haspopup="menu"
      onClick=${open}
      onContextMenu=${open}
    >
      <${Face} name=${name} bot=${bot} online=${online} />
      <span class="sidebar-name" title=${name}>${name}</span>
      ${bot && html`<span class="message-tag">APP</span>`}
    </button>
  `;
}
