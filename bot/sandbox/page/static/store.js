// What the page knows, in one place. Nothing is changed in place: `set` puts a new snapshot, and whoever uses a changed
// part draws itself anew. What may be done is in `actions`.

import { useEffect, useState } from "./lib.js";

/**
 * @typedef {object} State
 * @property {"opening"|"open"|"lost"} connection
 * @property {object|null} world        the last WorldTold (protocol.py)
 * @property {string|null} place        id of the open channel
 * @property {Object<string, object[]>} messages   by channel that was read, oldest first
 * @property {string[]} visited         places that were open, the last one first
 * @property {Object<string, number>} unread       by channel
 * @property {Object<string, number>} mentions     those of them that call the person, by channel
 * @property {Object<string, string>} fresh        the first unread message, by channel
 * @property {{place: string, message: string}|null} divider   the message of the open place before which «new» stands
 * @property {Object<string, object[]>} commands   what is offered, by channel
 * @property {Object<string, object[]>} asides     lines of the page's own below the messages of a channel:
 *                                       {id, at, user, command, text}, such as «The application did not respond»
 * @property {Object<string, string>} failures     by message: «This interaction failed»
 * @property {object[]} busy            what waits for an answer: `${message}/${custom_id}`
 * @property {object|null} modal        {interaction, title, custom_id, components, app, ask} of the open form
 * @property {object|null} lightbox     {items: [{url, description, name}], at}
 * @property {object|null} menu         the open context menu: {x, y, kind: "message"|"user", target}
 * @property {object|null} dialog       the open dialog of the page's own: {kind, onTake?}, its kind one of "thread",
 *                                       "switcher", "keys" and "samples"
 * @property {string|null} replacing    a command that a menu or a card asks the composer to start: "/train subject"
 * @property {object[]} toasts          {id, text}
 * @property {object|null} behind       the last BehindTold
 * @property {boolean} panel            behind the scenes is open
 * @property {boolean} members          the list of members is open
 * @property {boolean} drawer           on narrow screens: the list of channels is open
 * @property {"dark"|"light"} theme
 * @property {number} ahead             seconds that the sandbox's clock is ahead of the browser's
 */

/** What the window knows of a person's places before it has looked into any. */
export const NOTHING = Object.freeze({
  messages: {},
  unread: {},
  mentions: {},
  fresh: {},
  divider: null,
  commands: {},
  asides: {},
  failures: {},
  busy: [],
  modal: null,
  lightbox: null,
  menu: null,
  dialog: null,
  replacing: null,
});

/** @type {State} */
let state = {
  ...NOTHING,
  connection: "opening",
  world: null,
  place: null,
  visited: [],
  toasts: [],
  behind: null,
  panel: false,
  members: true,
  drawer: false,
  theme: "dark",
  ahead: 0,
};

const listeners = new Set();

/** The present snapshot. */
export const get = () => state;

/** Put changed parts: set({panel: true}) or set((now) => ({unread: {…now.unread}})). */
export function set(change) {
  const parts = typeof change === "function" ? change(state) : change;
  state = { ...state, ...parts };
  for (const listener of [...listeners]) listener();
}

/** In a component: a part of the state; it draws anew when that part is another one. */
export function useStore(select) {
  const [, again] = useState({});
  const part = select(state);
  useEffect(() => {
    let last = part;
    const look = () => {
      const now = select(state);
      if (!Object.is(now, last)) again({});
      last = now;
    };
    look();
    listeners.add(look);
    return () => listeners.delete(look);
  });
  return part;
}

// Looks that several modules share.

export const me = (now = state) => now.world?.people.find((each) => each.id === now.world.me) ?? null;

const NOWHERE = [];
const places = new WeakMap();

/** Every channel that the person sees, with its server or null; the same list for as long as the world is the same. */
export function channels(now = state) {
  if (!now.world) return NOWHERE;
  if (!places.has(now.world)) places.set(now.world, placesOf(now.world));
  return places.get(now.world);
}

function placesOf(world) {
  const ofGuilds = world.guilds.flatMap((guild) => guild.channels.map((channel) => ({ channel, guild })));
  return [...ofGuilds, ...world.private.map((channel) => ({ channel, guild: null }))];
}

/** {channel, guild} of the open place; null when nothing is open. */
export const here = (now = state) => channels(now).find((each) => each.channel.id === now.place) ?? null;

/** The name that an account is shown with. */
export const nameOf = (id, now = state) => now.world?.everyone[id] ?? "somebody";

/** Unix seconds on the sandbox's clock. */
export const clock = (now = state) => Date.now() / 1000 + now.ahead;
