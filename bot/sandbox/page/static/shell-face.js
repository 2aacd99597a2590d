// Somebody's picture with a dot at its corner that says whether they are there.

import { Avatar } from "./avatar.js";
import { classes, html } from "./lib.js";

/** Decoration; who it is stands beside it, and where it matters, words say whether they are there. */
export const Face = ({ name, bot = false, online = true }) => html`
  <span class="face">
    <${Avatar} name=${name} bot=${bot} size=${32} />
    <span class=${classes("dot", { "dot-on": online })}></span>
  </span>
`;
