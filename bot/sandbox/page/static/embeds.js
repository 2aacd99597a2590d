// Embeds: cards with a coloured edge, of texts, fields and pictures.

import { Flag } from "./kinds.js";
import { html } from "./lib.js";
import { Markdown, Outside } from "./markdown.js";
import { Mosaic, Picture } from "./message-pictures.js";
import { webAddress } from "./message-syntax.js";
import { Time, unixOf } from "./time.js";

/** How many of twelve columns each field is wide: those in line share a row by up to three. */
export function widths(fields) {
  const wide = [];
  for (let at = 0; at < fields.length; at = wide.length) {
    let row = 1;
    if (fields[at].inline) while (row < 3 && fields[at + row]?.inline) row++;
    wide.push(...Array.from({ length: row }, () => 12 / row));
  }
  return wide;
}

/** A colour number as CSS writes it. */
export const colour = (number) => `#${number.toString(16).padStart(6, "0")}`;

export function Embeds({ message }) {
  const embeds = message.flags & Flag.SUPPRESS_EMBEDS ? [] : (message.embeds ?? []);
  return embeds.map((embed, at) => html`<${Embed} key=${at} embed=${embed} />`);
}

function Embed({ embed }) {
  const { provider, author, title, description, fields = [], image, thumbnail, footer, timestamp, color } = embed;
  const spans = widths(fields);
  return html`
    <div class="embed" style=${color == null ? undefined : { "--accent": colour(color) }}>
      <div class="embed-main">
        <div class="embed-words">
          ${provider?.name &&
          html`<div class="embed-provider"><${MaybeLink} url=${provider.url}>${provider.name}<//></div>`}
          ${author?.name && html`<${Author} author=${author} />`}
          ${title && html`<div class="embed-title"><${Title} url=${embed.url} text=${title} /></div>`}
          ${description && html`<div class="embed-description"><${Markdown} text=${description} /></div>`}
          ${fields.length > 0 &&
          html`<div class="embed-fields">
            ${fields.map(
              (field, at) => html`
                <div key=${at} class=${`embed-field embed-field-${spans[at]}`}>
                  <div class="embed-field-name"><${Markdown} text=${field.name} /></div>
                  <${Markdown} text=${field.value} />
                </div>
              `,
            )}
          </div>`}
        </div>
        ${thumbnail?.url &&
        html`<div class="embed-thumbnail"><${Media} media=${thumbnail} widest=${80} highest=${80} /></div>`}
      </div>
      ${image?.url && html`<div class="embed-image"><${Media} media=${image} widest=${488} highest=${300} /></div>`}
      ${(footer?.text || timestamp) && html`<${Footer} footer=${footer} timestamp=${timestamp} />`}
    </div>
  `;
}

const Media = ({ media, widest, highest }) => {
  const { url, width, height, description = null } = media;
  const items = [{ url, description, name: null, width, height }];
  return html`<${Mosaic} items=${items} widest=${widest} highest=${highest} />`;
};

const MaybeLink = ({ url, children }) =>
  url && webAddress(url) ? html`<${Outside} url=${url}>${children}<//>` : html`<span>${children}</span>`;

/** A title may hold markdown; where all of it is a link, its links would be links in a link, so it is plain words. */
const Title = ({ url, text }) =>
  url && webAddress(url) ? html`<${Outside} url=${url}>${text}<//>` : html`<${Markdown} text=${text} />`;

const Author = ({ author }) => html`
  <div class="embed-author">
    ${author.icon_url && html`<${Sign} url=${author.icon_url} />`}
    <${MaybeLink} url=${author.url}>${author.name}<//>
  </div>
`;

const Footer = ({ footer, timestamp }) => html`
  <div class="embed-footer">
    ${footer?.icon_url && html`<${Sign} url=${footer.icon_url} />`}
    <span>
      ${footer?.text}${footer?.text && timestamp ? " • " : ""}
      ${timestamp && html`<${Time} unix=${unixOf(timestamp)} style="stamp" />`}
    </span>
  </div>
`;

const Sign = ({ url }) => html`<span class="embed-sign"><${Picture} url=${url} alt="" small /></span>`;
