// The tabs «Provider» and «Discord»: what went over the wires, the newest first.

import { bytes, html } from "./lib.js";
import { Empty, Tag } from "./panel-parts.js";
import { counted, keyed, toneOfStatus } from "./panel-words.js";
import { say } from "./time.js";

const HOSTS = { api: "API", bucket: "upload bucket", results: "result files" };

export const Provider = ({ behind: { requests, uploads } }) => html`
  <${Uploads} uploads=${uploads} />
  ${requests.length
    ? html`
        <ul class="panel-wire" aria-label="Requests to the provider, the newest first">
          ${requests.toReversed().map((each) => html`<${Request} key=${each.n} request=${each} />`)}
        </ul>
      `
    : html`<${Empty}>No requests yet. The bot asks the provider when somebody sets a key, trains or paints.<//>`}
`;

const Request = ({ request }) => {
  const { host, method, path, account, status, sent, received, faults, at } = request;
  const sizes = [sent > 0 && `${bytes(sent)} sent`, received > 0 && `${bytes(received)} received`];
  return html`
    <${Row} status=${status} method=${method} path=${path} at=${at}>
      <p class="panel-facts">
        ${[HOSTS[host], account, ...sizes].filter(Boolean).join(" · ")}
        ${[...new Set(faults)].map((fault) => html` <${Tag} key=${fault} tone="warning">${fault}<//>`)}
      </p>
    <//>
  `;
};

export function Discord({ behind: { exchanges } }) {
  if (!exchanges.length) return html`<${Empty}>The bot has asked nothing of Discord yet. Start it under Now.<//>`;
  const rows = keyed(exchanges, (each) => `${each.at} ${each.method} ${each.path}`).reverse();
  return html`
    <ul class="panel-wire" aria-label="Requests of the bot to Discord, the newest first">
      ${rows.map(({ key, row }) => html`<${Row} key=${key} ...${row} />`)}
    </ul>
  `;
}

const Row = ({ status, method, path, at, children }) => html`
  <li>
    <${Tag} tone=${toneOfStatus(status)}>
      ${status || html`<span aria-hidden="true">…</span><span class="visually-hidden">unanswered</span>`}
    <//>
    <div>
      <p class="panel-path"><b>${method}</b> ${breakable(path)}</p>
      ${children}
    </div>
    <time datetime=${new Date(at * 1000).toISOString()}>${say(at, "T", at)}</time>
  </li>
`;

/** A path that may go on in the next line at its slashes and before its ending. */
const breakable = (path) => path.split(/(?<=.)(?=[/.])/).flatMap((part) => [html`<wbr />`, part]);

function Uploads({ uploads }) {
  if (!uploads.length) return null;
  const telling = uploads.filter((each) => each.tells.length);
  const verdict = telling.length ? `${telling.length} with metadata` : "none with metadata";
  return html`
    <details class="panel-card panel-uploads">
      <summary>${counted(uploads.length, "picture")} uploaded, ${verdict}</summary>
      <ul>
        ${uploads.toReversed().map(
          (each) => html`
            <li key=${each.path}>
              <code>${each.path.split("/").at(-1)}</code>
              <span class="panel-facts">${(each.kind || "no picture").toUpperCase()}, ${bytes(each.size)}</span>
              ${each.tells.length
                ? html`<${Tag} tone="danger">still tells: ${each.tells.join(", ")}<//>`
                : html`<${Tag} tone="success">no metadata<//>`}
            </li>
          `,
        )}
      </ul>
    </details>
  `;
}
