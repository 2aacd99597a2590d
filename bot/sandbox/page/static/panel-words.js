// What the panel says of spans, money, jobs and answers: plain functions from what was told to words.

/** The way of a job. A training fetches nothing and a painting uploads nothing: they pass those steps at once. */
export const WAY = [
  "gathering",
  "queued",
  "uploading",
  "submitting",
  "running",
  "fetching",
  "delivering",
  "done",
];

/** Ends off the way: how they are coloured, and after which step they are known to come. */
const ENDS = {
  failed: { tone: "danger" },
  cancelled: { tone: "muted" },
  unknown_outcome: { tone: "warning", after: "submitting" },
  undeliverable: { tone: "danger", after: "delivering" },
};

/** A span of seconds: "12 s", "20 min", "1 h 5 min", "2 days 3 h". */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [whole / 86400, (whole % 86400) / 3600, (whole % 3600) / 60].map(Math.floor);
  if (days) return `${days} ${days === 1 ? "day" : "days"}${hours ? ` ${hours} h` : ""}`;
  if (hours) return `${hours} h${minutes ? ` ${minutes} min` : ""}`;
  return minutes ? `${minutes} min` : `${whole} s`;
}

/** "1 order", "2 orders". */
export const counted = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** "$9.50"; four places where two would hide something. */
export const money = (usd) => `$${usd.toFixed(Math.abs(usd * 100 - Math.round(usd * 100)) > 1e-6 ? 4 : 2)}`;

/** A key that shows only how it begins and ends. */
export const masked = (key) => `${key.slice(0, 3)}${"•".repeat(8)}${key.slice(-4)}`;

/** A state in words: "unknown outcome". */
export const inWords = (name) => name.replaceAll("_", " ");

/** The colour of a state: "going", "success", "danger", "warning" or "muted". */
export const toneOf = (state) => (state === "done" ? "success" : (ENDS[state]?.tone ?? "going"));

/**
 * How much of each step of the way is behind a job, 0…1. The step it is in counts by its percentage.
 * @returns {number[]}
 */
export function wayOf({ state, percent }) {
  if (state === "done") return WAY.map(() => 1);
  const end = ENDS[state];
  if (end) return WAY.map((_, at) => (end.after && at > WAY.indexOf(end.after) ? 0 : 1));
  const here = WAY.indexOf(state);
  return WAY.map((_, at) => (at < here ? 1 : at === here ? (percent ?? 0) / 100 : 0));
}

/** The same for who hears it: "Step 5 of 8: running, 42 %". */
export function wayInWords({ state, percent }) {
  const step = WAY.indexOf(state);
  if (step < 0) return `Ended: ${inWords(state)}`;
  return `Step ${step + 1} of ${WAY.length}: ${state}${percent === null ? "" : `, ${percent} %`}`;
}

/** The colour of an HTTP status; null is one that was never answered. */
export function toneOfStatus(status) {
  if (!status) return "muted";
  if (status < 300) return "success";
  return status < 500 ? "warning" : "danger";
}

/** The colour of a line of the log. */
export function toneOfLine(line) {
  if (/ (ERROR|CRITICAL) /.test(line)) return "danger";
  return / WARNING /.test(line) ? "warning" : "plain";
}

/** Keys for rows that have none of their own: the same row keeps its key when others come or go. */
export function keyed(rows, keyOf) {
  const seen = new Map();
  return rows.map((row) => {
    const key = keyOf(row);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { key: `${key}#${count}`, row };
  });
}
