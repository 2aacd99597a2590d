// How a file on its way looks, wherever it is attached to: a small picture of it, and how much of it has arrived.

import { Icon } from "./icons.js";
import { html, useState } from "./lib.js";

/** A small picture of a file, or its sign. */
export function Thumbnail({ upload, size }) {
  const [broken, setBroken] = useState(false);
  if (!upload.picture || broken) return html`<${Icon} name="file" size=${size} />`;
  return html`<img class="upload-thumbnail" src=${upload.picture} alt="" onError=${() => setBroken(true)} />`;
}

/** How much of a file has arrived; nothing once it is there. */
export function Progress({ upload }) {
  const { word, failed, share, file } = upload;
  if (word || failed) return null;
  const label = `Uploading ${file.name}`;
  return html`<progress class="upload-progress" value=${share} max="1" aria-label=${label}></progress>`;
}
