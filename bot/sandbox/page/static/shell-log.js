// What stands below each other in a conversation: messages, the page's own lines, and what divides them. Plain values
// in, plain values out.

import { isEphemeral } from "./kinds.js";

const GROUPED_SECONDS = 7 * 60;
const DEFAULT = 0;

/**
 * @typedef {object} Row
 * @property {"divider"|"message"|"aside"} kind
 * @property {string} key
 * @property {string|null} [day]      of a divider: the day that begins, "21 November 2026"
 * @property {boolean} [fresh]        of a divider: what follows is new
 * @property {object} [message]
 * @property {boolean} [grouped]      the message goes on from the one above
 * @property {object} [aside]
 */

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

const timeOf = (message) => Date.parse(message.timestamp) / 1000;

/**
 * The rows of a conversation.
 * @param {object[]} messages   oldest first
 * @param {object[]} asides     oldest first
 * @param {string|null} fresh   id of the first message that is new
 * @returns {Row[]}
 */
export function rowsOf(messages, asides, fresh) {
  const rows = [];
  let day = null;
  let above = null; // the message right above, unless something stands between
  for (const { at, message, aside } of inOrder(messages, asides)) {
    const key = message?.id ?? `aside-${aside.id}`;
    const today = DAY.format(at * 1000);
    const begins = today === day ? null : today;
    const isFresh = message !== undefined && message.id === fresh;
    if (begins || isFresh) {
      rows.push({ kind: "divider", key: `before-${key}`, day: begins, fresh: isFresh });
      above = null;
    }
    day = today;
    if (aside) rows.push({ kind: "aside", key, aside });
    else rows.push({ kind: "message", key, message, grouped: goesOn(above, message) });
    above = message ?? null;
  }
  return rows;
}

function inOrder(messages, asides) {
  const said = messages.map((message) => ({ at: timeOf(message), message }));
  const noted = asides.map((aside) => ({ at: aside.at, aside }));
  return [...said, ...noted].sort((one, other) => one.at - other.at);
}

/** Whether a message stands below another one without a head of its own. */
export function goesOn(above, message) {
  return (
    above !== null &&
    message.type === DEFAULT &&
    !message.page?.asked &&
    above.author.id === message.author.id &&
    isEphemeral(above) === isEphemeral(message) &&
    timeOf(message) - timeOf(above) < GROUPED_SECONDS
  );
}

/** How many messages came after one, which may be gone by now, those of their reader not counted; without one: all. */
export function countAfter(messages, last, reader) {
  const left = BigInt(last ?? 0);
  return messages.filter((each) => BigInt(each.id) > left && each.author.id !== reader).length;
}
