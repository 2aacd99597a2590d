// The tab «Log»: the end of what the bot writes of itself. It follows the newest line until somebody scrolls up.

import { Icon } from "./icons.js";
import { html, useRef } from "./lib.js";
import { Empty } from "./panel-parts.js";
import { keyed, toneOfLine } from "./panel-words.js";
import { useStick } from "./shell-stick.js";

export const Log = ({ behind: { log } }) =>
  log.length
    ? html`<${Lines} log=${log} />`
    : html`<${Empty}>The bot has written nothing yet. Start it under Now.<//>`;

function Lines({ log }) {
  const box = useRef(null);
  const lines = useRef(null);
  const { away, toEnd, look } = useStick(box, lines);
  return html`
    <div class="panel-log" ref=${box} onScroll=${look} tabindex="0" role="region" aria-label="The bot’s log">
      <div ref=${lines}>
        ${keyed(log, (line) => line).map(
          ({ key, row }) => html`<p key=${key} class=${`panel-tone-${toneOfLine(row)}`}>${row}</p>`,
        )}
      </div>
    </div>
    ${away &&
    html`
      <button type="button" class="panel-newest" onClick=${toEnd}>
        <${Icon} name="down" size=${16} />Newest
      </button>
    `}
  `;
}
