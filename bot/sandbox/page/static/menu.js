// The context menu of a message or a person: the app's own commands, and what the client itself offers.

import { chooseMenu, copy, dismiss, openPlace, remove } from "./actions.js";
import { Avatar } from "./avatar.js";
import { isEphemeral, Place } from "./kinds.js";
import { html } from "./lib.js";
import { atPoint, Group, Item, Menu } from "./shell-menu.js";
import { writtenIn } from "./shell-text.js";
import { here, nameOf, set, useStore } from "./store.js";

const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;
const NONE = [];

const close = () => set({ menu: null });

/** The open menu, `store.menu`; nothing when there is none. */
export function ContextMenu() {
  const menu = useStore((now) => now.menu);
  if (!menu) return null;
  const { kind, target } = menu;
  const isMessage = kind === "message";
  const key = `${kind}-${isMessage ? target.id : target}-${menu.x}-${menu.y}`;
  const place = (size, screen) => atPoint(menu.x, menu.y, size, screen);
  return html`
    <${Menu} key=${key} label=${isMessage ? "Message" : nameOf(target)} place=${place} onClose=${close}>
      ${isMessage ? html`<${OfMessage} message=${target} />` : html`<${OfPerson} id=${target} />`}
    <//>
  `;
}

function OfMessage({ message }) {
  const may = useStore((now) => here(now)?.channel.may);
  const mine = useStore((now) => now.world.me === message.author.id);
  const { id, channel_id: place } = message;
  const text = writtenIn(message);
  return html`
    ${!isEphemeral(message) && html`<${Apps} type=${MESSAGE_COMMAND} place=${place} target=${{ message: id }} />`}
    <${Group} label="This message">
      ${text && html`<${Choice} icon="copy" act=${() => copy(text, "The text is copied.")}>Copy text<//>`}
      <${Choice} icon="copy" act=${() => copy(id, "The message’s ID is copied.")}>Copy message ID<//>
    <//>
    <${End} message=${message} mayDelete=${mine || may?.moderate} />
  `;
}

/** How a message goes away. */
function End({ message, mayDelete }) {
  const choice = isEphemeral(message)
    ? html`<${Choice} icon="close" act=${() => dismiss(message)}>Dismiss message<//>`
    : mayDelete && html`<${Choice} icon="trash" danger act=${() => remove(message)}>Delete message<//>`;
  return choice && html`<${Group} label="Remove">${choice}<//>`;
}

function OfPerson({ id }) {
  const place = useStore((now) => now.place);
  const other = useStore((now) => now.world.me !== id);
  const isDirect = ({ type, recipients }) => type === Place.DM && recipients.includes(id);
  const direct = useStore((now) => now.world.private.find(isDirect));
  return html`
    <${Head} id=${id} />
    <${Apps} type=${USER_COMMAND} place=${place} target=${{ user: id }} />
    <${Group} label="This person">
      ${other && direct && html`<${Choice} icon="chat" act=${() => openPlace(direct.id)}>Message<//>`}
      <${Choice} icon="copy" act=${() => copy(id, "The user’s ID is copied.")}>Copy user ID<//>
    <//>
  `;
}

/** Whose menu it is, for the eye; to others its label says so. */
function Head({ id }) {
  const name = useStore((now) => nameOf(id, now));
  const bot = useStore((now) => now.world.app.id === id);
  return html`
    <div class="menu-head" aria-hidden="true">
      <${Avatar} name=${name} bot=${bot} size=${32} />
      <span class="menu-name">${name}</span>
      ${bot && html`<span class="message-tag">APP</span>`}
    </div>
  `;
}

/** The commands that an app offers in this menu. */
function Apps({ type, place, target }) {
  const commands = useStore((now) => now.commands[place] ?? NONE);
  const offered = commands.filter((each) => each.type === type);
  if (!offered.length) return null;
  const run = (name) => () => chooseMenu(place, name, target);
  return html`
    <${Group} title="Apps">
      ${offered.map(({ id, name }) => html`<${Choice} key=${id} icon="bolt" act=${run(name)}>${name}<//>`)}
    <//>
  `;
}

function Choice({ icon, danger, act, children }) {
  const choose = () => {
    close();
    act();
  };
  return html`<${Item} icon=${icon} danger=${danger} onChoose=${choose}>${children}<//>`;
}
