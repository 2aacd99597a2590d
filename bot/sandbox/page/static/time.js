// Times in words, as Discord's client writes them, on the sandbox's clock and in the browser's time zone.

import { html, useEffect, useState } from "./lib.js";
import { clock, useStore } from "./store.js";

const LOCALE = "en-GB";
const DAY = 86400;

const form = (options) => new Intl.DateTimeFormat(LOCALE, options);
const FORMS = {
  t: form({ timeStyle: "short" }),
  T: form({ timeStyle: "medium" }),
  d: form({ dateStyle: "short" }),
  D: form({ dateStyle: "long" }),
  f: form({ dateStyle: "long", timeStyle: "short" }),
  F: form({ dateStyle: "full", timeStyle: "short" }),
  s: form({ dateStyle: "short", timeStyle: "short" }),
  S: form({ dateStyle: "short", timeStyle: "medium" }),
};
const RELATIVE = new Intl.RelativeTimeFormat(LOCALE, { numeric: "always" });
const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** Whether JavaScript can tell this instant. */
export const tellable = (unix) => Math.abs(unix) <= 8.64e12;

/** Unix seconds of an ISO text. */
export const unixOf = (iso) => Date.parse(iso) / 1000;

const written = (unix, style) => FORMS[style].format(unix * 1000);

/** In full: "Tuesday 20 April 2021 at 16:20". */
export const full = (unix) => written(unix, "F");

/** "in 5 minutes", "2 days ago", "now". */
export function relative(unix, now) {
  const ahead = Math.round(unix - now);
  if (ahead === 0) return "now";
  const [unit, length] = UNITS.find(([, each]) => Math.abs(ahead) >= each) ?? UNITS.at(-1);
  return RELATIVE.format(Math.trunc(ahead / length), unit);
}

/** The same hour of the day before, which need not be 24 hours ago. */
const dayBefore = (unix) => {
  const date = new Date(unix * 1000);
  return date.setDate(date.getDate() - 1) / 1000;
};

/** When a message was written: "Today at 14:03", "Yesterday at 14:03", "20/04/2021, 14:03". */
export function stamp(unix, now) {
  const day = written(unix, "d");
  if (day === written(now, "d")) return `Today at ${written(unix, "t")}`;
  if (day === written(dayBefore(now), "d")) return `Yesterday at ${written(unix, "t")}`;
  return written(unix, "s");
}

/** An instant in one of Discord's styles, or "stamp". */
export function say(unix, style, now) {
  if (style === "R") return relative(unix, now);
  return style === "stamp" ? stamp(unix, now) : written(unix, style);
}

/** The words for an instant; they change as the clock goes on. In full in the title. */
export function Time({ unix, style, id, class: name }) {
  const [, beat] = useState(0);
  const words = useStore((now) => say(unix, style, clock(now)));
  useEffect(() => {
    if (style !== "R") return undefined;
    const timer = setInterval(() => beat((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [style]);
  const iso = new Date(unix * 1000).toISOString();
  return html`<time id=${id} class=${name} datetime=${iso} title=${full(unix)}>${words}</time>`;
}
