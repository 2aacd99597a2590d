// What is being written, for each person and channel, also while one looks elsewhere; and everything that happens to
// it: typing, filling a command's form, attaching files, sending. How it is drawn is not known here.

import { bytes, useEffect, useState } from "./lib.js";
import { get } from "./store.js";
import { run, say, toast } from "./actions.js";
import {
  addable,
  checked,
  listOf,
  meaning,
  nextToFill,
  optionOf,
  putAtOnce,
  roomFor,
  stillShown,
  takesFiles,
} from "./commands.js";
import { Upload } from "./upload.js";

const MOST_FILES = 10;
export const LONGEST_MESSAGE = 2000;

/** Places that can be aimed at beside options: the message box, the list of further options, the send button. */
export const Aim = Object.freeze({ BOX: " box", MORE: " more", SEND: " send" });

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {Upload[]} files      attached to the message
 * @property {Upload[]} leaving    those of them whose message is being sent
 * @property {Form|null} form
 * @property {{at: string, gently: boolean}|null} aim   what takes the focus next; gently: unless it is busy elsewhere
 */

/**
 * @typedef {object} Form
 * @property {number} id           one of every form that was begun
 * @property {import("./commands.js").Offered} command
 * @property {string[]} shown                                           names of its options, as they were put
 * @property {Object<string, import("./commands.js").Entry>} entries    by option
 * @property {Object<string, string>} wrong                             sentences, by option
 * @property {boolean} sending
 */

/** @type {Draft} */
const EMPTY = Object.freeze({ text: "", files: [], leaving: [], form: null, aim: null });

const drafts = new Map(); // by `keyOf`
const listeners = new Set();
let count = 0;

/** The key of the draft of a person in a channel. */
export const keyOf = (person, channel) => `${person}/${channel}`;

/** Whether the window still looks as the one who wrote a draft: what is sent is sent as whom it looks as. */
const isMine = (key, channel) => key === keyOf(get().world.me, channel.id);

/** @returns {Draft} */
export const draftOf = (key) => drafts.get(key) ?? EMPTY;

/** In a component: the draft of this key, always the present one. */
export function useDraft(key) {
  const [, again] = useState({});
  const drawn = draftOf(key);
  useEffect(() => {
    const look = (changed) => changed === key && again({});
    listeners.add(look);
    if (draftOf(key) !== drawn) again({});
    return () => listeners.delete(look);
  }, [key]);
  return drawn;
}

/** Put changed parts of a draft: an object, or a function of the draft as it is. */
export function change(key, parts) {
  const now = draftOf(key);
  drafts.set(key, { ...now, ...(typeof parts === "function" ? parts(now) : parts) });
  for (const listener of [...listeners]) listener(key);
}

const changeForm = (key, parts) => change(key, ({ form }) => ({ form: form && { ...form, ...parts(form) } }));

export const aim = (key, at, { gently = false } = {}) => change(key, { aim: { at, gently } });

const released = (entries) => Object.values(entries).forEach((entry) => entry.upload?.forget());

// --- plain messages --------------------------------------------------------------------------------------------------

export const type = (key, text) => change(key, { text });

/** Put the beginning of a command into the message box. */
export function spell(key, text) {
  leave(key);
  change(key, { text, aim: { at: Aim.BOX, gently: false } });
}

export function detach(key, upload) {
  upload.forget();
  change(key, ({ files }) => ({ files: files.filter((each) => each !== upload), aim: { at: Aim.BOX, gently: true } }));
}

/** Send the message. The box is free at once; what is refused comes back into it. */
export async function post(key, channel) {
  const { text, files: all, leaving } = draftOf(key);
  const files = all.filter((each) => !leaving.includes(each));
  const content = text.trim();
  const over = [...content].length - LONGEST_MESSAGE;
  if (!content && !files.length) return;
  if (over > 0) return toast(`A message has at most ${LONGEST_MESSAGE} characters; this one has ${over} more.`);
  change(key, { text: "", leaving: [...leaving, ...files] });
  const words = await Promise.all(files.map((each) => each.arrived()));
  const complete = words.every(Boolean);
  const done = complete && isMine(key, channel) && (await say(channel.id, content, words));
  if (done) for (const each of files) each.forget();
  else if (complete) for (const each of files) each.again();
  change(key, (now) => ({
    text: done ? now.text : [text, now.text].filter(Boolean).join("\n"),
    files: done ? now.files.filter((each) => !files.includes(each)) : now.files,
    leaving: now.leaving.filter((each) => !files.includes(each)),
  }));
}

// --- commands --------------------------------------------------------------------------------------------------------

/** Begin the form of a command; one of the same command that is open already stays as it is. */
export function start(key, command, { keepText = true } = {}) {
  const { form } = draftOf(key);
  if (form?.command.path === command.path) return aim(key, towards(form));
  if (form) released(form.entries);
  const fresh = { id: ++count, command, shown: putAtOnce(command), entries: {}, wrong: {}, sending: false };
  change(key, ({ text }) => ({
    text: keepText ? text : "",
    form: fresh,
    aim: { at: towards(fresh), gently: false },
  }));
}

/** What to do next in a form: a required option, further options, or send it. */
function towards({ command, shown, entries }, after = null) {
  return nextToFill(command, shown, entries, after) ?? (addable(command, shown).length ? Aim.MORE : Aim.SEND);
}

/** Leave a command's form, with this in the message box when it is given. */
export function leave(key, text = null) {
  const { form } = draftOf(key);
  if (!form) return;
  released(form.entries);
  change(key, (now) => ({ form: null, text: text ?? now.text, aim: { at: Aim.BOX, gently: false } }));
}

/** The bot may have registered the command anew, with other options. */
export function redefine(key, command) {
  changeForm(key, ({ shown }) => ({ command, shown: stillShown(command, shown) }));
}

/** Put something into an option. */
export function fill(key, name, entry) {
  changeForm(key, ({ entries, wrong }) => {
    if (entries[name]?.upload && entries[name].upload !== entry.upload) entries[name].upload.forget();
    const { [name]: _, ...others } = wrong;
    return { entries: { ...entries, [name]: entry }, wrong: others };
  });
}

/** A choice was made in an option; on to the next required one, or on from here when `onward`. */
export function settle(key, name, chosen, { onward }) {
  fill(key, name, { text: chosen.name, chosen });
  const { form } = draftOf(key);
  const next = nextToFill(form.command, form.shown, form.entries, name);
  if (onward) aim(key, form.shown[form.shown.indexOf(name) + 1] ?? towards(form, name));
  else if (next) aim(key, next);
}

/** Show another option and go there. */
export function add(key, name) {
  changeForm(key, ({ shown }) => ({ shown: [...shown, name] }));
  aim(key, name);
}

/** Take an optional option away, and go to the one before it. */
export function withdraw(key, name) {
  fill(key, name, {});
  const { shown } = draftOf(key).form;
  changeForm(key, () => ({ shown: shown.filter((each) => each !== name) }));
  const before = shown[shown.indexOf(name) - 1];
  aim(key, before ?? Aim.MORE);
}

/** Say at once what is wrong with an option that was filled and left. */
export function judge(key, name, place) {
  const { form } = draftOf(key);
  const option = form && optionOf(form.command, name);
  if (!option || !form.entries[name]) return;
  const { wrong } = meaning({ ...option, required: false }, form.entries[name], listOf(option, place));
  if (wrong) changeForm(key, (now) => ({ wrong: { ...now.wrong, [name]: wrong } }));
}

/** Send the command, or go to what keeps it from being sent. A form that was left meanwhile is not sent. */
export async function send(key, channel, place) {
  const { form } = draftOf(key);
  if (!form || form.sending) return;
  const { command, shown, entries } = form;
  const { values, wrong, first } = checked(command, shown, entries, place);
  if (first) {
    changeForm(key, () => ({ wrong }));
    return aim(key, first);
  }
  changeForm(key, () => ({ sending: true, wrong: {} }));
  const { options, lost } = await withWords(values);
  const left = () => draftOf(key).form?.id !== form.id;
  if (left()) return;
  const sent = !lost && isMine(key, channel) && (await run(channel.id, command.path, options));
  if (left()) return;
  if (sent) return sentAway(key, entries);
  const lack = lost ? { [lost]: "This file did not arrive. Send the command again, or choose another file." } : {};
  changeForm(key, () => ({ sending: false, wrong: lack }));
  if (!lost) for (const entry of Object.values(entries)) entry.upload?.again();
  aim(key, lost ?? Aim.SEND, { gently: true });
}

function sentAway(key, entries) {
  released(entries);
  change(key, { form: null, aim: get().modal ? null : { at: Aim.BOX, gently: true } });
}

async function withWords(values) {
  const options = {};
  for (const [name, value] of Object.entries(values)) {
    if (!(value instanceof Upload)) options[name] = value;
    else options[name] = { file: await value.arrived() };
    if (value instanceof Upload && !options[name].file) return { options, lost: name };
  }
  return { options, lost: null };
}

// --- files -----------------------------------------------------------------------------------------------------------

/** Attach files, to the message or to the open form (there beginning with the option `first`). */
export function attach(key, channel, files, first = null) {
  const fitting = files.filter((file) => fits(file, channel));
  if (!fitting.length) return;
  if (draftOf(key).form) attachToForm(key, fitting, first);
  else if (!channel.may.attach) toast("You may not upload files here.");
  else attachToMessage(key, fitting);
}

/** Attach files that were chosen in a dialog: it has given the focus back, which goes on from there. */
export function attachChosen(key, channel, files) {
  attach(key, channel, files);
  change(key, ({ aim: next }) => ({ aim: next && { ...next, gently: false } }));
}

function fits(file, { size }) {
  if (file.size > size) {
    toast(`${file.name} is too large: it has ${bytes(file.size)}, and a file may have ${bytes(size)} here.`);
  }
  return file.size <= size;
}

const on = (key, file) => new Upload(file, () => change(key, {}));

function attachToMessage(key, files) {
  const room = MOST_FILES - draftOf(key).files.length;
  if (files.length > room) toast(`A message carries at most ${MOST_FILES} files.`);
  const uploads = files.slice(0, Math.max(room, 0)).map((file) => on(key, file));
  change(key, (now) => ({ files: [...now.files, ...uploads], aim: { at: Aim.BOX, gently: true } }));
}

function attachToForm(key, files, first) {
  const { command, entries, shown, sending } = draftOf(key).form;
  if (sending) return;
  const names = roomFor(command, entries, files.map((each) => each.name), first);
  const placed = names.filter(Boolean);
  if (placed.length < files.length) toast(noRoom(command, files.length - placed.length, placed.length));
  changeForm(key, () => ({ shown: [...shown, ...placed.filter((name) => !shown.includes(name))] }));
  names.forEach((name, at) => name && fill(key, name, { upload: on(key, files[at]) }));
  aim(key, towards(draftOf(key).form), { gently: true });
}

function noRoom(command, over, placed) {
  if (!takesFiles(command)) return `${command.path} takes no files.`;
  return `${command.path} has no room for ${over} ${placed ? "more " : ""}${over === 1 ? "file" : "files"}.`;
}
