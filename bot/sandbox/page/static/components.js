// Components of messages, both versions: rows of buttons and menus, sections, galleries, files, containers.

import { choose, press } from "./actions.js";
import { FileCard } from "./attachments.js";
import { Dots } from "./dots.js";
import { colour } from "./embeds.js";
import { Icon } from "./icons.js";
import { classes, html } from "./lib.js";
import { Markdown, Outside } from "./markdown.js";
import { jump } from "./message-jump.js";
import { Mosaic, nameIn } from "./message-pictures.js";
import { Covered } from "./message-spoiler.js";
import { placeIn, webAddress } from "./message-syntax.js";
import { Select } from "./select.js";
import { useStore } from "./store.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
const STALE = "This message is too old: an ephemeral message can be used for fifteen minutes.";
const LINK = 5;
const PREMIUM = 6;

/** All components of a message, in a column. */
export function Components({ message }) {
  const components = message.components ?? [];
  if (!components.length) return null;
  return html`<div class="components"><${Parts} parts=${components} message=${message} /></div>`;
}

const Parts = ({ parts, message }) =>
  (parts ?? []).map((part, at) => {
    const Kind = KINDS[part.type] ?? Unknown;
    return html`<${Kind} key=${part.id ?? at} part=${part} message=${message} />`;
  });

const Unknown = ({ part }) => html`
  <p class="component-unknown">A component of type ${part.type}, which this page does not know.</p>
`;

const Row = ({ part, message }) => html`
  <div class="component-row"><${Parts} parts=${part.components} message=${message} /></div>
`;

const Text = ({ part }) => html`<div class="component-text"><${Markdown} text=${part.content ?? ""} /></div>`;

const Section = ({ part, message }) => html`
  <div class="component-section">
    <div class="component-section-words"><${Parts} parts=${part.components} message=${message} /></div>
    ${part.accessory && html`<${Parts} parts=${[part.accessory]} message=${message} />`}
  </div>
`;

/** A media item as an item of a mosaic. */
const item = ({ media, description, spoiler }) => ({
  url: media?.url ?? "",
  description,
  name: nameIn(media?.url ?? ""),
  width: media?.width,
  height: media?.height,
  spoiler: Boolean(spoiler),
  video: (media?.content_type ?? "").startsWith("video/"),
});

const Thumbnail = ({ part }) => html`
  <div class="component-thumbnail"><${Mosaic} items=${[item(part)]} widest=${85} square /></div>
`;

const Gallery = ({ part }) => html`<${Mosaic} items=${(part.items ?? []).map(item)} />`;

const File = ({ part: { file, name, size, spoiler } }) => {
  const url = file?.url ?? "";
  const type = file?.content_type ?? "";
  return html`<${FileCard} name=${name ?? nameIn(url)} url=${url} size=${size} spoiler=${spoiler} type=${type} />`;
};

const Separator = ({ part }) => {
  const look = classes("component-separator", { "component-separator-large": part.spacing === 2 });
  return part.divider === false ? html`<div class=${look}></div>` : html`<hr class=${look} />`;
};

const Container = ({ part, message }) => {
  const accent = part.accent_color ?? null;
  const look = classes("component-container", { "component-container-accent": accent !== null });
  return html`
    <${Covered} hidden=${part.spoiler} class="component-container-cover">
      <div class=${look} style=${accent === null ? undefined : { "--accent": colour(accent) }}>
        <${Parts} parts=${part.components} message=${message} />
      </div>
    <//>
  `;
};

const busyWith = (message, part) => (now) => now.busy.includes(`${message.id}/${part.custom_id}`);

function Menu({ part, message }) {
  const busy = useStore(busyWith(message, part));
  const stale = Boolean(message.page?.stale);
  return html`
    <div class="component-select" title=${stale ? STALE : null}>
      <${Select}
        component=${part}
        disabled=${Boolean(part.disabled) || stale}
        busy=${busy}
        label=${part.placeholder || "Make a selection"}
        onChoose=${(values) => choose(message, part.custom_id, values)}
      />
    </div>
  `;
}

function Button({ part, message }) {
  const busy = useStore(busyWith(message, part));
  const look = `component-button component-button-${STYLES[part.style] ?? "secondary"}`;
  if (part.style === LINK) return html`<${LinkButton} part=${part} look=${look} />`;
  const stale = Boolean(message.page?.stale);
  const why = part.style === PREMIUM ? "There is nothing to buy in the sandbox." : stale ? STALE : null;
  return html`
    <button
      type="button"
      class=${classes(look, { "component-button-busy": busy })}
      disabled=${Boolean(part.disabled) || why !== null}
      aria-busy=${busy ? "true" : undefined}
      title=${why}
      data-custom-id=${part.custom_id}
      onClick=${() => busy || press(message, part.custom_id)}
    >
      <span class="component-button-words"><${Label} part=${part} /></span>
      ${busy && html`<${Dots} />`}
    </button>
  `;
}

/** Out of the page, or to a place in it; what is neither cannot be followed here. */
function LinkButton({ part, look }) {
  const { url = "", disabled } = part;
  const place = placeIn(url);
  const words = html`
    <span class="component-button-words"><${Label} part=${part} /><${Icon} name="open" size=${16} /></span>
  `;
  if (disabled || !webAddress(url)) {
    const why = disabled ? null : "This address opens Discord’s own app.";
    return html`<button type="button" class=${look} disabled title=${why}>${words}</button>`;
  }
  if (!place) return html`<${Outside} url=${url} class=${look}>${words}<//>`;
  const go = () => jump(place.channel, place.message);
  return html`<button type="button" class=${look} onClick=${go}>${words}</button>`;
}

const Label = ({ part }) => {
  const { emoji, style } = part;
  const sign = emoji && (emoji.id ? `:${emoji.name}:` : emoji.name);
  const words = part.label ?? (style === PREMIUM ? "Get premium" : null);
  return html`
    ${style === PREMIUM && html`<${Icon} name="bolt" size=${16} />`}
    ${sign && html`<span class="component-emoji">${sign}</span>`}${words && html`<span>${words}</span>`}
  `;
};

const KINDS = {
  1: Row,
  2: Button,
  3: Menu,
  5: Menu,
  6: Menu,
  7: Menu,
  8: Menu,
  9: Section,
  10: Text,
  11: Thumbnail,
  12: Gallery,
  13: File,
  14: Separator,
  17: Container,
};
