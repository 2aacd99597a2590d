// The files of a message: pictures and videos as a mosaic, any other file as a card with its name and size.

import { Icon } from "./icons.js";
import { bytes, html } from "./lib.js";
import { Mosaic, useSource } from "./message-pictures.js";
import { Covered } from "./message-spoiler.js";
import { webAddress } from "./message-syntax.js";

const SPOILER = 1 << 3; // of a file's flags
const PICTURES = /^image\/(?:png|jpeg|gif|webp|avif)$/;

const hidden = (file) => file.filename.startsWith("SPOILER_") || Boolean((file.flags ?? 0) & SPOILER);
const isPicture = (file) => PICTURES.test(kind(file)) && file.width > 0;
const isVideo = (file) => kind(file).startsWith("video/");
const kind = (file) => (file.content_type ?? "").split(";")[0];

/** A file as an item of a mosaic. */
const item = (file) => ({
  url: file.url,
  description: file.description,
  name: file.filename,
  width: file.width,
  height: file.height,
  spoiler: hidden(file),
  video: isVideo(file),
});

export function Attachments({ message }) {
  const files = message.attachments ?? [];
  const seen = files.filter((file) => isPicture(file) || isVideo(file));
  const others = files.filter((file) => !seen.includes(file));
  if (!files.length) return null;
  return html`
    <div class="message-files">
      ${seen.length > 0 && html`<${Mosaic} items=${seen.map(item)} />`}
      ${others.map(
        (file) => html`
          <${FileCard}
            key=${file.id}
            name=${file.filename}
            url=${file.url}
            size=${file.size}
            spoiler=${hidden(file)}
            type=${kind(file)}
          />
        `,
      )}
    </div>
  `;
}

/** A file by its name and size; sound can be played. */
export function FileCard({ name, url, size, spoiler, type = "" }) {
  const address = webAddress(url);
  const { source } = useSource(url);
  return html`
    <${Covered} hidden=${spoiler} class="file-cover">
      <div class="file-card">
        <${Icon} name="file" size=${32} />
        <div class="file-words">
          ${address
            ? html`<a href=${address} download=${name} target="_blank" rel="noreferrer noopener">${name}</a>`
            : html`<span>${name}</span>`}
          ${size != null && html`<span class="file-size">${bytes(size)}</span>`}
        </div>
        ${address &&
        type.startsWith("audio/") &&
        html`<audio controls preload="metadata" src=${source} aria-label=${name} />`}
      </div>
    <//>
  `;
}
