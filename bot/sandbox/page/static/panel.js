// «Behind the scenes»: a panel beside the chat, or over it on narrow screens. It shows what was told last, and knows
// nothing of how that is found out.

import { watch } from "./actions.js";
import { Icon } from "./icons.js";
import { classes, html, useEffect, useRef, useState } from "./lib.js";
import { Faults } from "./panel-faults.js";
import { Jobs } from "./panel-jobs.js";
import { Log } from "./panel-log.js";
import { Now } from "./panel-now.js";
import { Empty } from "./panel-parts.js";
import { Discord, Provider } from "./panel-wires.js";
import { holdFocus, wrap } from "./shell-focus.js";
import { WIDE } from "./shell-media.js";
import { useStore } from "./store.js";

const TABS = [
  { name: "now", title: "Now", Body: Now },
  { name: "jobs", title: "Jobs", Body: Jobs },
  { name: "provider", title: "Provider", Body: Provider },
  { name: "discord", title: "Discord", Body: Discord },
  { name: "faults", title: "Faults", Body: Faults },
  { name: "log", title: "Log", Body: Log },
];
const REMEMBERED = "panel";

/** There is no room for it beside the chat. */
const liesOver = () => !matchMedia(WIDE).matches;

export function Panel() {
  const open = useStore((now) => now.panel);
  return open ? html`<${Opened} />` : null;
}

function Opened() {
  const behind = useStore((now) => now.behind);
  const [name, setName] = useState(() => sessionStorage.getItem(REMEMBERED) ?? "now");
  const tab = TABS.find((each) => each.name === name) ?? TABS[0];
  const box = useRef(null);
  const choose = (chosen) => {
    sessionStorage.setItem(REMEMBERED, chosen);
    setName(chosen);
  };
  useEffect(() => {
    const release = holdFocus(box.current);
    if (liesOver()) box.current.querySelector('[role="tab"][tabindex="0"]').focus();
    return release;
  }, []);
  return html`
    <aside
      class="panel"
      aria-labelledby="panel-title"
      data-layer
      ref=${box}
      onKeyDown=${(event) => keys(event, box.current)}
    >
      <header class="panel-head">
        <h2 id="panel-title">Behind the scenes</h2>
        <button type="button" class="shell-button" aria-label="Close behind the scenes" onClick=${() => watch(false)}>
          <${Icon} name="close" />
        </button>
      </header>
      <${Tabs} at=${tab.name} choose=${choose} faults=${behind?.faults.filter((each) => each.on).length ?? 0} />
      <div
        key=${tab.name}
        class=${classes("panel-body", `panel-body-${tab.name}`)}
        role="tabpanel"
        id="panel-body"
        aria-labelledby=${`panel-tab-${tab.name}`}
        tabindex="0"
      >
        ${behind ? html`<${tab.Body} behind=${behind} />` : html`<${Empty}>Looking…<//>`}
      </div>
    </aside>
  `;
}

function Tabs({ at, choose, faults }) {
  const list = useRef(null);
  const move = (event) => {
    const here = TABS.findIndex((each) => each.name === at);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const { name } = TABS[(to + TABS.length) % TABS.length];
    choose(name);
    list.current.querySelector(`#panel-tab-${name}`).focus();
  };
  return html`
    <div class="panel-tabs" role="tablist" aria-label="Behind the scenes" ref=${list} onKeyDown=${move}>
      ${TABS.map(
        ({ name, title }) => html`
          <button
            key=${name}
            type="button"
            role="tab"
            id=${`panel-tab-${name}`}
            class="panel-tab"
            aria-selected=${name === at}
            aria-controls=${name === at ? "panel-body" : undefined}
            tabindex=${name === at ? 0 : -1}
            onClick=${() => choose(name)}
          >
            ${title}
            ${name === "faults" && faults > 0 && html`<span class="panel-count">${faults}</span>`}
          </button>
        `,
      )}
    </div>
  `;
}

/** Escape closes the panel; where it lies over the page, Tab stays in it. */
function keys(event, box) {
  if (event.key === "Escape") {
    event.stopPropagation();
    watch(false);
  }
  if (event.key === "Tab" && liesOver()) wrap(event, box);
}
