// What can be known about commands without a page: which there are, which fit what is typed, what an option takes, what
// a typed text means, what to fill next. Plain values in, plain values out; no DOM, no store.

import { Place } from "./kinds.js";
import { plain } from "./shell-find.js";

/** Discord's types of a command's options. */
export const Kind = Object.freeze({
  SUBCOMMAND: 1,
  GROUP: 2,
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
});

const CHAT_INPUT = 1;
const LONGEST_TEXT = 6000;
const GREATEST_NUMBER = Number.MAX_SAFE_INTEGER;
const ENDINGS = new Set(["zip", "png", "jpg", "jpeg", "webp", "gif", "txt", "json"]); // that options are named after

/**
 * A command that can be sent.
 * @typedef {object} Offered
 * @property {string} path          "/train subject"
 * @property {string} description
 * @property {string} app           id of the application
 * @property {object[]} options     Discord's options, required ones first
 */

/**
 * What stands in an option: a text, what was chosen for it, or a file on its way.
 * @typedef {object} Entry
 * @property {string} [text]
 * @property {{name: string, value: *}|null} [chosen]
 * @property {object} [upload]
 */

// --- commands --------------------------------------------------------------------------------------------------------

/**
 * The slash commands among Discord's commands, by name, their subcommands spelt out.
 * @returns {Offered[]}
 */
export function flatten(commands) {
  const walk = (words, node, app) => {
    const options = node.options ?? [];
    const inner = options.filter((each) => each.type === Kind.SUBCOMMAND || each.type === Kind.GROUP);
    if (inner.length) return inner.flatMap((each) => walk([...words, each.name], each, app));
    return [{ path: `/${words.join(" ")}`, description: node.description, app, options }];
  };
  const chat = commands.filter((each) => (each.type ?? CHAT_INPUT) === CHAT_INPUT);
  const named = chat.toSorted((one, other) => one.name.localeCompare(other.name));
  return named.flatMap((each) => walk([each.name], each, each.application_id));
}

export const findCommand = (offered, path) => offered.find((each) => each.path === path) ?? null;

/** What is looked for while this stands in the message box; null when it is no command. "/tra" → "tra" */
export function soughtIn(text) {
  return text.startsWith("/") && !text.includes("\n") ? text.slice(1).trimStart().toLowerCase() : null;
}

/** The commands that fit, best first: those that begin so, those with a word that does, those that hold it. */
export function ranked(offered, sought) {
  const rank = ({ path }) => {
    const name = path.slice(1);
    if (name.startsWith(sought)) return 0;
    if (name.split(" ").some((word) => word.startsWith(sought))) return 1;
    return name.includes(sought) ? 2 : 3;
  };
  const fitting = offered.map((command) => [rank(command), command]).filter(([fit]) => fit < 3);
  return fitting.sort(([one], [other]) => one - other).map(([, command]) => command);
}

/** Commands under the app they belong to, in the order they came. → [{app, commands}] */
export function byApp(offered) {
  const apps = [...new Set(offered.map((each) => each.app))];
  return apps.map((app) => ({ app, commands: offered.filter((each) => each.app === app) }));
}

/** The command that is spelt out with a space behind it, as one does who knows it by heart; else null. */
export function speltOut(offered, text) {
  return text.endsWith(" ") ? findCommand(offered, text.trimEnd().toLowerCase()) : null;
}

const isPresent = ({ channel, guild, app }) => (guild ? guild.bot : channel.recipients.includes(app.id));

/** Whether commands would be offered in a channel if only the person carried the app along. */
export const helpsToInstall = ({ channel, guild, app, installed }) =>
  channel.may.run && !installed && !isPresent({ channel, guild, app });

/** Why no command is offered in a channel, in words. `app`: {id, name}; `installed`: the person carries it along. */
export function whyNone({ channel, guild, app, installed }) {
  if (!channel.may.run) {
    return channel.locked ? "This thread is locked: no commands in here." : "You may not use commands in this channel.";
  }
  if (isPresent({ channel, guild, app })) return `${app.name} offers no commands here.`;
  if (installed) return `${app.name} is among your apps, but offers no commands here.`;
  const where = guild ? "is not in this server" : "has no part in this conversation";
  const way = `Open your own menu (bottom left) and switch on Carry ${app.name} along.`;
  return `${app.name} ${where}, and is not among your own apps. ${way}`;
}

// --- options of a command --------------------------------------------------------------------------------------------

export const optionOf = (command, name) => command.options.find((each) => each.name === name) ?? null;

export const takesFiles = (command) => command.options.some((each) => each.type === Kind.ATTACHMENT);

/** Whether a command takes files and has none yet. */
export const wantsFiles = (command, entries) =>
  takesFiles(command) &&
  command.options.every((each) => each.type !== Kind.ATTACHMENT || isEmpty(entries[each.name]));

/** Names of the options that are put at once. */
export const putAtOnce = (command) => command.options.filter((each) => each.required).map((each) => each.name);

/** The options that can still be added, of those whose name or description fits what is typed. */
export function addable(command, shown, typed = "") {
  const sought = typed.trim().toLowerCase().replace(/:$/, "");
  const left = command.options.filter((each) => !shown.includes(each.name));
  const begin = left.filter((each) => each.name.startsWith(sought));
  return [...begin, ...left.filter((each) => !begin.includes(each) && each.name.includes(sought))];
}

/** The shown options of a command whose definition may have changed: those that are left, and what it now requires. */
export function stillShown(command, shown) {
  const left = shown.filter((name) => optionOf(command, name));
  return [...left, ...putAtOnce(command).filter((name) => !left.includes(name))];
}

/** The limits of an option in words: "1 to 32 characters". Empty when there are none worth a word. */
export function limits(option) {
  if (option.choices?.length) return "";
  if (option.type === Kind.STRING) return between(option.min_length || null, option.max_length, "character");
  if (option.type === Kind.INTEGER || option.type === Kind.NUMBER) return between(option.min_value, option.max_value);
  return "";
}

function between(least, most, unit) {
  const of = (count) => (unit ? plural(count, unit) : count);
  if (least != null && most != null) return least === most ? `exactly ${of(most)}` : `${least} to ${of(most)}`;
  if (least != null) return `at least ${of(least)}`;
  return most != null ? `at most ${of(most)}` : "";
}

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Only what is in its list can stand in the option. */
export const isClosed = (option) =>
  Boolean(option.choices?.length) ||
  [Kind.BOOLEAN, Kind.USER, Kind.CHANNEL, Kind.ROLE, Kind.MENTIONABLE].includes(option.type);

export const hasList = (option) => isClosed(option) || Boolean(option.autocomplete);

/**
 * All that a closed option can hold.
 * @param {{people: object[], channels: object[], roles: object[]}} place  who and what there is
 * @returns {{name: string, value: *, kind: string}[]}
 */
export function listOf(option, { people, channels, roles }) {
  if (option.choices?.length) return option.choices.map(({ name, value }) => ({ name, value, kind: "choice" }));
  const users = people.map(({ id, name, bot }) => ({ name, value: { user: id }, kind: "user", bot }));
  const groups = roles.map(({ id, name }) => ({ name, value: { role: id }, kind: "role" }));
  switch (option.type) {
    case Kind.BOOLEAN:
      return [
        { name: "True", value: true, kind: "choice" },
        { name: "False", value: false, kind: "choice" },
      ];
    case Kind.USER:
      return users;
    case Kind.ROLE:
      return groups;
    case Kind.MENTIONABLE:
      return [...users, ...groups];
    case Kind.CHANNEL:
      return channels
        .filter(({ type }) => !option.channel_types?.length || option.channel_types.includes(type))
        .map(({ id, name, type }) => ({ name, value: { channel: id }, kind: kindOf(type) }));
    default:
      return [];
  }
}

const kindOf = (type) => (type === Place.THREAD ? "thread" : "channel");

/** The items of a list that fit a typed text, those that begin with it first. */
export function fitting(list, typed) {
  const sought = plain(typed);
  const begin = list.filter((each) => plain(each.name).startsWith(sought));
  return [...begin, ...list.filter((each) => !begin.includes(each) && plain(each.name).includes(sought))];
}

// --- what stands in an option ----------------------------------------------------------------------------------------

export const isEmpty = (entry) => !entry?.chosen && !entry?.upload && !entry?.text?.trim();

/**
 * What an entry means: {value}, {wrong: a sentence}, or {} when nothing is given and nothing has to be.
 * A file's value is its upload. `list`: what a closed option can hold.
 */
export function meaning(option, entry, list = []) {
  if (isEmpty(entry)) return option.required ? { wrong: "This option is required. Specify a value." } : {};
  if (option.type === Kind.ATTACHMENT) return { value: entry.upload };
  if (entry.chosen) return { value: entry.chosen.value };
  const text = entry.text.trim();
  if (isClosed(option)) return closedMeaning(option, text, list);
  if (option.type === Kind.STRING) return textMeaning(option, text);
  return numberMeaning(option, text);
}

function closedMeaning(option, text, list) {
  const named = list.filter((each) => plain(each.name) === plain(text));
  if (named.length) return { value: (named.find((each) => each.name === text) ?? named[0]).value };
  const wrong = {
    [Kind.BOOLEAN]: "Choose True or False.",
    [Kind.USER]: "Choose somebody who is here.",
    [Kind.CHANNEL]: "Choose one of the channels.",
    [Kind.ROLE]: "Choose one of the roles.",
    [Kind.MENTIONABLE]: "Choose somebody who is here, or a role.",
  };
  return { wrong: wrong[option.type] ?? "Choose one of the options." };
}

function textMeaning({ min_length: least, max_length: most = LONGEST_TEXT }, text) {
  const length = [...text].length;
  const state = length === 1 ? "there is 1" : `there are ${length}`;
  if (least && length < least) return { wrong: `Enter at least ${plural(least, "character")}; ${state}.` };
  if (length > most) return { wrong: `Enter at most ${plural(most, "character")}; ${state}.` };
  return { value: text };
}

function numberMeaning(option, text) {
  const whole = option.type === Kind.INTEGER;
  const what = whole ? "a whole number" : "a number";
  const shape = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/;
  if (!shape.test(text)) return { wrong: `Enter ${what}.` };
  const value = Number(text);
  const least = option.min_value ?? -GREATEST_NUMBER;
  const most = option.max_value ?? GREATEST_NUMBER;
  if (value >= least && value <= most) return { value };
  const bound = value < least ? `of at least ${least}` : `of at most ${most}`;
  const both = option.min_value != null && option.max_value != null;
  return { wrong: `Enter ${what} ${both ? `from ${least} to ${most}` : bound}.` };
}

/**
 * A whole form: what can be sent, what is wrong, and where.
 * @returns {{values: Object<string, *>, wrong: Object<string, string>, first: string|null}}
 */
export function checked(command, shown, entries, place) {
  const values = {};
  const wrong = {};
  for (const name of shown) {
    const option = optionOf(command, name);
    const found = meaning(option, entries[name], listOf(option, place));
    if (found.wrong) wrong[name] = found.wrong;
    else if ("value" in found) values[name] = found.value;
  }
  return { values, wrong, first: shown.find((name) => wrong[name]) ?? null };
}

/** What goes along while another option is completed: all that is right so far; no files, they travel once. */
export function alongside(command, shown, entries, place, except) {
  const { values } = checked(command, shown, entries, place);
  const sent = Object.entries(values).filter(
    ([name]) => name !== except && optionOf(command, name).type !== Kind.ATTACHMENT,
  );
  return Object.fromEntries(sent);
}

/** The required option to fill next, looking on from `after`; null when all are filled. */
export function nextToFill(command, shown, entries, after = null) {
  const from = shown.indexOf(after) + 1;
  const around = [...shown.slice(from), ...shown.slice(0, from)];
  return around.find((name) => optionOf(command, name).required && isEmpty(entries[name])) ?? null;
}

/**
 * Where files of these names go: for each an option that takes a file and has none, or null where there is no room.
 * The first one goes to `first` when that is given (which is filled anew). One whose ending is an option's name goes
 * there: photos.zip to `zip`. The others fill the options in order from `first` on, those named after endings last.
 * @param {string[]} files
 * @returns {(string|null)[]}
 */
export function roomFor(command, entries, files, first = null) {
  const takes = command.options.filter((each) => each.type === Kind.ATTACHMENT).map((each) => each.name);
  const from = Math.max(takes.indexOf(first), 0);
  const around = [...takes.slice(from), ...takes.slice(0, from)];
  const free = new Set(around.filter((name) => name === first || isEmpty(entries[name])));
  const taken = (name) => (free.delete(name) ? name : null);
  const wanted = files.map((file, at) => (at === 0 && taken(first)) || taken(endingOf(file)));
  const rest = [...free].sort((one, other) => ENDINGS.has(one) - ENDINGS.has(other));
  return wanted.map((name) => name ?? rest.shift() ?? null);
}

const endingOf = (file) => file.split(".").pop().toLowerCase();
