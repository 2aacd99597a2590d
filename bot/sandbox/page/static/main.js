// The page begins here.

import { App } from "./app.js";
import { begin } from "./actions.js";
import { html, render } from "./lib.js";

render(html`<${App} />`, document.getElementById("root"));
begin();
