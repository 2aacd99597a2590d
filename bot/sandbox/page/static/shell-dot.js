// Whether somebody is there, as a dot at the corner of their picture.

import { classes, html } from "./lib.js";

/** Decoration; where it matters, words say it too. */
export const Dot = ({ online }) => html`<span class=${classes("dot", { "dot-on": online })}></span>`;
