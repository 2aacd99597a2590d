// Three dots that take turns: something is awaited.

import { html } from "./lib.js";

export const Dots = () => html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>`;
