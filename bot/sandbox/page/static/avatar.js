// The round picture of an account: nobody in the sandbox has one of their own, so it is a colour and an initial.

import { classes, html } from "./lib.js";

const TONES = 6;

/** The colour of a name: accounts are others in each world, their names are not. */
const toneOf = (name) => [...name].reduce((sum, each) => (sum * 31 + each.codePointAt(0)) % 1000003, 0) % TONES;

/** Decoration only; the name stands beside it, or is said by whoever uses it. */
export function Avatar({ name, bot = false, size = 40 }) {
  const measure = { width: `${size}px`, height: `${size}px`, fontSize: `${Math.round(size * 0.45)}px` };
  const look = classes("avatar", bot ? "avatar-bot" : `avatar-tone-${toneOf(name)}`);
  return html`<span class=${look} style=${measure} aria-hidden="true">${bot ? EASEL : initial(name)}</span>`;
}

const initial = (name) => [...name.trim()][0]?.toUpperCase() ?? "?";

const EASEL = html`
  <svg viewBox="5 5 22 22" width="66%" height="66%">
    <path class="avatar-canvas" d="M9 8h14v10H9z" />
    <path class="avatar-hills" d="m11 16 3-4 2.500 3 2-2 2.500 3z" />
    <path class="avatar-legs" d="M16 18v7m-4-7-3 7m11-7 3 7" />
  </svg>
`;
