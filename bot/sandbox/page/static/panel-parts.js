// The small parts that the panel's tabs are made of.

import { classes, html, useEffect, useRef, useState } from "./lib.js";
import { clock } from "./store.js";

/** Unix seconds on the sandbox's clock; the component draws itself anew every second. */
export function useNow() {
  const [, again] = useState({});
  useEffect(() => {
    const timer = setInterval(() => again({}), 1000);
    return () => clearInterval(timer);
  }, []);
  return clock();
}

/** A part of a tab, with its own heading; `aside` stands across from it. */
export const Card = ({ title, children, aside }) => html`
  <section class="panel-card" aria-label=${title}>
    <header class="panel-card-head">
      <h3>${title}</h3>
      ${aside && html`<span class="panel-aside">${aside}</span>`}
    </header>
    ${children}
  </section>
`;

/** In a component: [busy, press]. `press` does `act`, which gives a promise; once at a time. */
export function useBusy(act) {
  const [busy, setBusy] = useState(false);
  const under = useRef(false); // known at once, unlike `busy`
  const press = async () => {
    if (under.current) return;
    under.current = true;
    setBusy(true);
    try {
      await act();
    } finally {
      under.current = false;
      setBusy(false);
    }
  };
  return [busy, press];
}

/** A button that waits until what it did is done: `act` gives a promise. */
export function Act({ act, tone = "secondary", disabled, label, children }) {
  const [busy, press] = useBusy(act);
  return html`
    <button
      type="button"
      class=${classes("panel-button", `panel-button-${tone}`, { "panel-button-busy": busy })}
      disabled=${disabled}
      aria-busy=${busy}
      aria-label=${label}
      onClick=${press}
    >
      ${children}
    </button>
  `;
}

export const Empty = ({ children }) => html`<p class="panel-empty">${children}</p>`;

/** A word in a colour: a state, a status. */
export const Tag = ({ tone, children }) => html`<span class=${`panel-tag panel-tone-${tone}`}>${children}</span>`;
