// What a select menu offers, holds and sends. Only values go in and out here; drawing is `select.js`.

import { Place } from "./kinds.js";
import { folded, plain } from "./shell-find.js";
import { nameOf } from "./store.js";

export const SELECTS = { string: 3, user: 5, role: 6, mentionable: 7, channel: 8 };

const KINDS = new Set(Object.values(SELECTS));

export const isSelect = (component) => KINDS.has(component?.type);

/** Lists of people, roles and channels have a field to search in. */
export const isSearched = (component) => component.type !== SELECTS.string;

/**
 * @typedef {object} Choice
 * @property {string} key           once in a list
 * @property {string|object} value  as the socket carries it: "text", {user}, {role} or {channel}
 * @property {string} label
 * @property {string} description
 * @property {object|null} emoji    Discord's own
 * @property {"option"|"user"|"role"|"channel"|"thread"} kind
 * @property {string} [id]          of the person, role or channel
 * @property {boolean} [bot]
 */

const option = ({ value, label, description, emoji }) => ({
  key: `option:${value}`, value, label, description: description ?? "", emoji: emoji ?? null, kind: "option",
});

const entity = (kind, id, label, more = {}) => ({
  key: `${kind}:${id}`, value: { [kind]: id }, label, description: "", emoji: null, kind, id, ...more,
});

/**
 * Everything that a menu offers, in its order.
 * @param {object} component
 * @param {{channel: object, guild: object|null}|null} place   as `here()` gives it
 * @param {object} now   the state
 * @returns {Choice[]}
 */
export function choicesOf(component, place, now) {
  const { type } = component;
  if (type === SELECTS.string) return (component.options ?? []).map(option);
  if (!place) return [];
  const people = type === SELECTS.user || type === SELECTS.mentionable ? peopleOf(place, now) : [];
  const roles = type === SELECTS.role || type === SELECTS.mentionable ? rolesOf(place) : [];
  const channels = type === SELECTS.channel ? channelsOf(place, component.channel_types) : [];
  return [...people, ...roles, ...channels];
}

function peopleOf({ channel, guild }, now) {
  const app = now.world.app.id;
  if (guild) return guild.members.map(({ id, name, bot }) => entity("user", id, name, { bot }));
  return [...channel.recipients, now.world.me].map((id) => entity("user", id, nameOf(id, now), { bot: id === app }));
}

const rolesOf = ({ guild }) => (guild?.roles ?? []).map(({ id, name }) => entity("role", id, name));

function channelsOf({ guild }, types) {
  const wanted = (channel) => !types?.length || types.includes(channel.type);
  return (guild?.channels ?? []).filter(wanted).map(channelChoice);
}

const channelChoice = ({ id, name, type }) => ({
  ...entity("channel", id, name), kind: type === Place.THREAD ? "thread" : "channel",
});

/**
 * What a menu holds before anybody chooses; of people, roles and channels also those that are not offered here.
 * @returns {Choice[]}
 */
export function chosenAtFirst(component, choices, now) {
  if (component.type === SELECTS.string) {
    const preset = new Set((component.options ?? []).filter((each) => each.default).map((each) => each.value));
    return choices.filter((each) => preset.has(each.value));
  }
  return (component.default_values ?? []).map(({ id, type }) => {
    const key = `${type}:${id}`;
    const unknown = type === "user" ? nameOf(String(id), now) : `unknown ${type}`;
    return choices.find((each) => each.key === key) ?? entity(type, String(id), unknown);
  });
}

/** The values of what a menu holds at first. */
export const valuesAtFirst = (component, place, now) =>
  chosenAtFirst(component, choicesOf(component, place, now), now).map((each) => each.value);

/**
 * How many may be chosen. What a form does not require may also be left empty: `least` is 0 then, and `some` the
 * fewest that are something. Messages know no `required`, whatever it says there.
 */
export function boundsOf(component, { form = false } = {}) {
  const some = component.min_values ?? 1;
  const free = form && component.required === false;
  return { least: free ? 0 : some, some, most: component.max_values ?? 1 };
}

export const isMultiple = ({ most }) => most > 1;

/** Whether this many may stay chosen. */
export const isEnough = (count, { least, some, most }) => count <= most && (count >= some || count === least);

/** What a menu asks for: “Select up to 3”. */
export function rule({ least, some, most }) {
  const few = least === 0 ? Math.max(some, 1) : least;
  if (few === most) return `Select ${most}`;
  return few <= 1 ? `Select up to ${most}` : `Select ${few} to ${most}`;
}

/** What is chosen after one more press on `choice`; the same array when there is no room for it. */
export function toggled(chosen, choice, { least, most }) {
  const has = holds(chosen, choice);
  if (most === 1) return has && least === 0 ? [] : [choice];
  if (has) return chosen.filter((each) => each.key !== choice.key);
  return chosen.length < most ? [...chosen, choice] : chosen;
}

export const holds = (chosen, choice) => chosen.some((each) => each.key === choice.key);

/** Whether two lists hold the same, in whatever order. */
export const same = (one, other) => one.length === other.length && one.every((each) => holds(other, each));

/** The choices whose name has `text` in it, those that begin with it first. */
export function matching(choices, text) {
  const wanted = plain(text);
  if (!wanted) return choices;
  const begins = (each) => plain(each.label).startsWith(wanted);
  const found = choices.filter((each) => plain(each.label).includes(wanted));
  return [...found.filter(begins), ...found.filter((each) => !begins(each))];
}

/** Where typing `text` leads: the next choice that begins with it. The same letter again goes on to the next one. */
export function jump(choices, from, text) {
  const again = [...text].every((each) => each === text[0]);
  const wanted = folded(again ? text[0] : text);
  const start = again ? from + 1 : Math.max(from, 0);
  for (let step = 0; step < choices.length; step++) {
    const at = (start + step) % choices.length;
    if (folded(choices[at].label).startsWith(wanted)) return at;
  }
  return from;
}

const MARGIN = 8; // pixels that stay free at the window's edges
const GAP = 4;
const TALLEST = 320;

/**
 * Where a list goes: below its box, or above when there is more room.
 * @param {{left, top, bottom, width}} box   on the screen
 * @param {number} tall    how tall the list would like to be
 * @param {{width, height}} view   the window
 */
export function placed(box, tall, view) {
  const below = view.height - box.bottom - GAP - MARGIN;
  const above = box.top - GAP - MARGIN;
  const up = below < Math.min(tall, TALLEST) && above > below;
  const width = Math.min(Math.max(box.width, 240), view.width - 2 * MARGIN);
  const left = Math.max(MARGIN, Math.min(box.left, view.width - width - MARGIN));
  const height = Math.max(96, Math.min(TALLEST, up ? above : below));
  const edge = up ? { bottom: view.height - box.top + GAP } : { top: box.bottom + GAP };
  return { left, width, maxHeight: height, ...edge };
}
