// The tab «Log»: the end of what the bot writes of itself. It follows the newest line until somebody scrolls up.

import { Icon } from "./icons.js";
import { html, useLayoutEffect, useRef, useState } from "./lib.js";
import { Empty } from "./panel-parts.js";
import { keyed, toneOfLine } from "./panel-words.js";

const NEAR = 24;

export function Log({ behind: { log } }) {
  const box = useRef(null);
  const [follows, setFollows] = useState(true);
  useLayoutEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log, follows]);
  if (!log.length) return html`<${Empty}>The bot has written nothing yet. Start it under Now.<//>`;
  const look = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
    setFollows(scrollHeight - scrollTop - clientHeight < NEAR);
  return html`
    <div class="panel-log" ref=${box} onScroll=${look} tabindex="0" role="region" aria-label="The bot’s log">
      ${keyed(log, (line) => line).map(
        ({ key, row }) => html`<p key=${key} class=${`panel-tone-${toneOfLine(row)}`}>${row}</p>`,
      )}
    </div>
    ${!follows &&
    html`
      <button type="button" class="panel-newest" onClick=${() => setFollows(true)}>
        <${Icon} name="down" size=${16} />Newest
      </button>
    `}
  `;
}
