// What can be done in the page. Every action that the sandbox refuses says its sentence in a toast and is over.

import { Refused, Socket } from "./socket.js";
import { channels, clock, get, me, NOTHING, set } from "./store.js";

const MOST_VISITED = 50;

let wire = new Socket({ told, changed });
let count = 0;
let anew = true; // the connection is a new one: what is shown may be out of date
let held = null; // the world of somebody else, until the sandbox knows who the window looks as

/** Speak to something else than the sandbox's socket; the gallery does. */
export const speak = (other) => (wire = other);

/** Begin: connect, and take up what the browser remembers. */
export function begin() {
  setTheme(localStorage.getItem("theme") ?? "dark");
  const visited = JSON.parse(sessionStorage.getItem("visited") ?? "[]");
  set({ visited, panel: sessionStorage.getItem("watching") !== null });
  document.addEventListener("visibilitychange", () => document.hidden || seen());
  window.addEventListener("unhandledrejection", () => toast("The page itself failed at this; its console says where."));
  wire.open();
}

// --- what is heard ---------------------------------------------------------------------------------------------------

async function changed(connection) {
  set({ connection });
  if (connection !== "open") return;
  anew = true;
  const person = sessionStorage.getItem("person");
  if (person) await becomeAgain(person);
  if (get().panel) await tried(wire.ask("watch", { on: true }));
}

/** Look as the person that the window looked as before; in another world they are nobody. */
async function becomeAgain(person) {
  held = {};
  const known = await wire.ask("be", { person }).then(() => true, () => false);
  const { world } = held;
  held = null;
  if (known || get().connection !== "open") return;
  sessionStorage.removeItem("person");
  if (world) worldTold(world);
}

function told(event) {
  const { on } = event;
  if (on === "world" && held) held.world = event;
  else if (on === "world") worldTold(event);
  else if (on === "message") messageTold(event);
  else if (on === "gone") set((now) => ({ messages: without(now.messages, event.channel, event.message) }));
  else if (on === "commands") commandsTold();
  else if (on === "behind") set({ behind: event, ahead: event.now - Date.now() / 1000 });
}

function worldTold(world) {
  const before = get();
  const other = before.world?.me !== world.me;
  const { [before.place]: offered } = before.commands;
  const commands = offered ? { [before.place]: offered } : {};
  set({ world, ahead: world.now - Date.now() / 1000, ...(other ? NOTHING : { commands }) });
  const wanted = wantedPlace();
  const open = other || anew || wanted !== before.place;
  anew = false;
  if (!wanted) set({ place: null });
  else if (open) openPlace(wanted, { stay: true });
  else offer(wanted);
}

/** The open place, else the last one that was open, else any; null when the person sees none. */
function wantedPlace() {
  const seen = channels().map((each) => each.channel.id);
  return [get().place, ...get().visited].find((each) => seen.includes(each)) ?? seen[0] ?? null;
}

function messageTold({ message, new: isNew }) {
  const place = message.channel_id;
  set((now) => {
    const list = now.messages[place];
    const marks = isNew ? marked(message, now) : {};
    if (!list) return marks;
    const at = list.findIndex((each) => each.id === message.id);
    const next = at < 0 ? [...list, message].sort(byId) : list.with(at, message);
    return { ...marks, ...noFailure(message.id, now), messages: { ...now.messages, [place]: next } };
  });
}

/** What a new message is to somebody who does not look, or who wrote it. */
function marked(message, now) {
  const place = message.channel_id;
  const open = place === now.place;
  if (message.author.id === now.world?.me) return open ? { divider: null } : {};
  if (open && !document.hidden) return {};
  const fresh = { [place]: message.id, ...now.fresh };
  const calls = callsFor(message, now) ? 1 : 0;
  return {
    fresh,
    unread: { ...now.unread, [place]: (now.unread[place] ?? 0) + 1 },
    mentions: { ...now.mentions, [place]: (now.mentions[place] ?? 0) + calls },
    divider: open ? { place, message: fresh[place] } : now.divider,
  };
}

const callsFor = (message, { world }) =>
  message.mention_everyone ||
  message.mentions?.some((each) => each.id === world.me) ||
  world.private.some((each) => each.id === message.channel_id);

function commandsTold() {
  set({ commands: {} });
  if (get().place) offer(get().place);
}

function noFailure(message, now) {
  const { [message]: _, ...failures } = now.failures;
  return { failures };
}

const byId = (one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1);

function without(messages, channel, message) {
  const list = messages[channel];
  return list ? { ...messages, [channel]: list.filter((each) => each.id !== message) } : messages;
}

// --- where one looks -------------------------------------------------------------------------------------------------

/** Open a channel. `stay`: on narrow screens the list of channels stays open. */
export async function openPlace(channel, { stay = false } = {}) {
  const { place, divider, fresh, visited, drawer } = get();
  const first = fresh[channel] ? { place: channel, message: fresh[channel] } : null;
  set({
    place: channel,
    divider: first ?? (channel === place ? divider : null),
    visited: [channel, ...visited.filter((each) => each !== channel)].slice(0, MOST_VISITED),
    drawer: drawer && stay,
    menu: null,
  });
  sessionStorage.setItem("visited", JSON.stringify(get().visited));
  seen();
  const read = await asked("read", { channel });
  if (read) set((now) => ({ messages: { ...now.messages, [channel]: read.messages } }));
  await offer(channel);
}

/** What is unread in the open place is read. */
export function seen() {
  set(({ place, unread, mentions, fresh }) => {
    const { [place]: _, ...others } = fresh;
    return { unread: { ...unread, [place]: 0 }, mentions: { ...mentions, [place]: 0 }, fresh: others };
  });
}

/** Look as another person. */
export async function be(person) {
  set({ drawer: false });
  if (await tried(wire.ask("be", { person }))) sessionStorage.setItem("person", person);
}

/** Learn what is offered in a channel. */
async function offer(channel) {
  const offered = await asked("commands", { channel });
  if (offered) set((now) => ({ commands: { ...now.commands, [channel]: offered.commands } }));
}

export function setTheme(theme) {
  localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
  set({ theme });
}

export const lookAt = (items, at) => set({ lightbox: { items, at } });

// --- messages --------------------------------------------------------------------------------------------------------

/** Write a message; `files` are words that `putFile` gave. True when it was written. */
export async function say(channel, content, files) {
  return Boolean(await tried(wire.ask("say", { channel, content, files })));
}

/** Put a file where a request can name it; its word, or undefined. `progress` gets 0…1. */
export const putFile = (file, progress) => tried(wire.put(file, progress));

export const remove = (message) => tried(wire.ask("delete", { channel: message.channel_id, message: message.id }));

export const dismiss = (message) => tried(wire.ask("dismiss", { channel: message.channel_id, message: message.id }));

export async function startThread(channel, name) {
  const made = await asked("thread", { channel, name });
  if (made) await openPlace(made.channel);
}

// --- interactions ----------------------------------------------------------------------------------------------------

/** Run a slash command. True when it was sent, whatever came of it. */
export async function run(channel, command, options) {
  const outcome = await interact("run", { channel, command, options }, () => aside(channel, command));
  return Boolean(outcome);
}

/** The choices for an option; null when none came. */
export async function complete(channel, command, option, text, options) {
  try {
    return (await wire.ask("complete", { channel, command, option, text, options })).choices;
  } catch (refused) {
    if (refused instanceof Refused) return null;
    throw refused;
  }
}

/** Press a button. True when the bot answered. */
export const press = (message, custom_id) => pressed(message, custom_id, "press", {});

/** Choose in a select menu. True when the bot answered. */
export const choose = (message, custom_id, values) => pressed(message, custom_id, "choose", { values });

async function pressed(message, custom_id, what, given) {
  const { id, channel_id: channel } = message;
  const mark = `${id}/${custom_id}`;
  if (get().busy.includes(mark)) return false;
  set((now) => ({ busy: [...now.busy, mark], ...noFailure(id, now) }));
  const outcome = await interact(what, { channel, message: id, custom_id, ...given }, () =>
    set((now) => ({ failures: { ...now.failures, [id]: "This interaction failed" } })),
  );
  set((now) => ({ busy: now.busy.filter((each) => each !== mark) }));
  return Boolean(outcome) && !outcome.failed;
}

/** Choose a command of a context menu; `target` is {message} or {user}, ids. */
export async function chooseMenu(channel, command, target) {
  set({ menu: null });
  await interact("menu", { channel, command, ...target }, () => aside(channel, command));
}

/** Submit an open form. A sentence when it was not taken, else null. */
export async function submit(interaction, fields) {
  const person = get().world.me;
  try {
    const outcome = await wire.ask("submit", { interaction, fields });
    if (outcome.failed) return "Something went wrong. Try again.";
    set(({ modal }) => ({ modal: modal?.interaction === interaction ? null : modal }));
    opened(outcome, person);
    return null;
  } catch (refused) {
    if (refused instanceof Refused) return refused.message;
    throw refused;
  }
}

/** Ask for what an interaction comes of, and show what came: a form, or by `fail` that there was no answer. */
async function interact(what, given, fail) {
  const person = get().world.me;
  const outcome = await tried(wire.ask(what, given));
  if (outcome?.failed && get().world.me === person) fail();
  if (outcome) opened(outcome, person);
  return outcome;
}

/** Open the form that came of an interaction, unless the window looks as somebody else by now. */
function opened({ interaction, modal }, person) {
  const { me: now, app } = get().world;
  if (modal && now === person) set({ modal: { interaction, app: app.name, ...modal } });
}

function aside(channel, command) {
  const line = { id: ++count, at: clock(), user: me().id, command, text: "The application did not respond" };
  set((now) => ({ asides: { ...now.asides, [channel]: [...(now.asides[channel] ?? []), line] } }));
}

export const dropAside = (channel, id) =>
  set((now) => ({ asides: { ...now.asides, [channel]: now.asides[channel].filter((each) => each.id !== id) } }));

/** Start a command in the composer: "/train subject". */
export const compose = (command) => set({ replacing: command });

// --- the person's own settings ---------------------------------------------------------------------------------------

export const install = (installed) => tried(wire.ask("install", { installed }));

export const receive = (dms) => tried(wire.ask("receive", { dms }));

// --- behind the scenes -----------------------------------------------------------------------------------------------

/** Open the panel or close it; it is as it was after the page is loaded anew. */
export async function watch(on) {
  set({ panel: on });
  if (on) sessionStorage.setItem("watching", "");
  else sessionStorage.removeItem("watching");
  await tried(wire.ask("watch", { on }));
}

export const flip = (fault, on) => tried(wire.ask("switch", { fault, on }));

export const bot = (what) => tried(wire.ask("bot", { what }));

export const forward = (seconds) => tried(wire.ask("forward", { seconds }));

export const finish = () => tried(wire.ask("finish"));

/** A fresh API key of the provider for this person; null when there is none to be had. */
export const newKey = async () => (await tried(wire.ask("key")))?.key ?? null;

// --- saying ----------------------------------------------------------------------------------------------------------

/** Say something for a few seconds; what is said already is said once more, not twice. */
export function toast(text) {
  const id = ++count;
  set(({ toasts }) => ({ toasts: [...toasts.filter((each) => each.text !== text), { id, text }] }));
  setTimeout(() => dropToast(id), 6000);
}

/** Copy a text, and say so in these words. False when the browser does not let the page. */
export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    toast("The browser does not let the page copy.");
    return false;
  }
  toast(words);
  return true;
}

export const dropToast = (id) => set(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));

/** The value of a promise; what was refused is said, and gives undefined. */
async function tried(promise) {
  try {
    return await promise;
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    toast(refused.message);
    return undefined;
  }
}

/** The same for what concerns one person alone: undefined too when the window looks as another by then. */
async function asked(what, given) {
  const person = get().world.me;
  const answer = await tried(wire.ask(what, given));
  return get().world.me === person ? answer : undefined;
}
