// The files above the message box: what they look like, how large they are, how much of them has arrived.

import { bytes, classes, html, useState } from "./lib.js";
import { Icon } from "./icons.js";
import { detach } from "./composer-drafts.js";

/** A small picture of a file, or its sign. */
export function Thumbnail({ upload, size }) {
  const [broken, setBroken] = useState(false);
  if (!upload.picture || broken) return html`<${Icon} name="file" size=${size} />`;
  return html`<img class="composer-thumbnail" src=${upload.picture} alt="" onError=${() => setBroken(true)} />`;
}

/** How much of a file has arrived; nothing once it is there. */
export function Progress({ upload, label }) {
  if (upload.word || upload.failed) return null;
  return html`<progress class="composer-progress" value=${upload.share} max="1" aria-label=${label}></progress>`;
}

/** Every file attached to a message. */
export const Tray = ({ draftKey, files, leaving }) => html`
  <ul class="composer-tray" aria-label="Attachments">
    ${files.map((upload) => html`
      <${Card} key=${upload.id} upload=${upload} draftKey=${draftKey} leaving=${leaving.includes(upload)} />
    `)}
  </ul>
`;

function Card({ upload, draftKey, leaving }) {
  const { name, size } = upload.file;
  return html`
    <li class=${classes("composer-card", { "composer-card-failed": upload.failed })}>
      <div class="composer-card-picture"><${Thumbnail} upload=${upload} size=${48} /></div>
      <span class="composer-card-name" title=${name}>${name}</span>
      <span class="composer-card-size">${upload.failed ? "Did not arrive; tried again on sending" : bytes(size)}</span>
      <${Progress} upload=${upload} label=${`Uploading ${name}`} />
      ${!leaving && html`
        <button
          type="button"
          class="composer-card-remove"
          aria-label=${`Remove ${name}`}
          onClick=${() => detach(draftKey, upload)}
        >
          <${Icon} name="trash" size=${18} />
        </button>
      `}
    </li>
  `;
}
