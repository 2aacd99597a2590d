// The files above the message box, with their names and sizes; they can be taken away again.

import { bytes, classes, html } from "./lib.js";
import { Icon } from "./icons.js";
import { detach } from "./composer-drafts.js";
import { Progress, Thumbnail } from "./upload-looks.js";

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
      <${Progress} upload=${upload} />
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
