// The tab «Faults»: what can go wrong on purpose.

import { flip } from "./actions.js";
import { classes, html } from "./lib.js";
import { Act, useBusy } from "./panel-parts.js";
import { counted } from "./panel-words.js";

export function Faults({ behind: { faults } }) {
  const on = faults.filter((each) => each.on);
  const allOff = () => Promise.all(on.map((each) => flip(each.name, false)));
  const lasting = faults.filter((each) => !each.momentary);
  const momentary = faults.filter((each) => each.momentary);
  return html`
    <div class="panel-faults-head">
      <p role="status">${on.length ? `${counted(on.length, "fault")} on.` : "Everything works as it should."}</p>
      ${on.length > 0 && html`<${Act} act=${allOff}>Switch all off<//>`}
    </div>
    <ul class="panel-card panel-faults">
      ${lasting.map((each) => html`<${Lasting} key=${each.name} fault=${each} />`)}
    </ul>
    <h3 class="panel-sub">Over in an instant</h3>
    <ul class="panel-card panel-faults">
      ${momentary.map((each) => html`<${Momentary} key=${each.name} fault=${each} />`)}
    </ul>
  `;
}

function Lasting({ fault }) {
  const { name, title, about, on, hits } = fault;
  const [busy, toggle] = useBusy(() => flip(name, !on));
  return html`
    <li class="panel-fault" data-fault=${name}>
      <div>
        <strong id=${`panel-${name}`}>${title}</strong>
        <p id=${`panel-${name}-about`}>${about}</p>
        ${hits > 0 && html`<p class=${on ? "panel-tone-warning" : ""}>Met by ${counted(hits, "request")}.</p>`}
      </div>
      <button
        type="button"
        role="switch"
        class=${classes("panel-switch", { "panel-switch-on": on })}
        aria-checked=${on}
        aria-busy=${busy}
        aria-labelledby=${`panel-${name}`}
        aria-describedby=${`panel-${name}-about`}
        onClick=${toggle}
      ></button>
    </li>
  `;
}

const Momentary = ({ fault: { name, title, about, hits } }) => html`
  <li class="panel-fault" data-fault=${name}>
    <div>
      <strong>${title}</strong>
      <p>${about}</p>
      ${hits > 0 && html`<p>Done ${counted(hits, "time")}.</p>`}
    </div>
    <${Act} act=${() => flip(name, true)} label=${`${title} now`}>Now<//>
  </li>
`;
