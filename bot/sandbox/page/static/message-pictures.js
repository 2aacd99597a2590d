// Pictures and videos: one by itself, several as a mosaic, and what stands in their place when they cannot be shown.
// Only those of the sandbox are asked for; of any other the address is shown.

import { lookAt } from "./actions.js";
import { Icon } from "./icons.js";
import { classes, html, useRef, useState } from "./lib.js";
import { Covered } from "./message-spoiler.js";
import { useStore } from "./store.js";

/**
 * @typedef {{url: string, description: ?string, name: ?string, width: ?number, height: ?number, spoiler: boolean,
 *   video: boolean}} Item
 */

const WIDEST = 550;
const HIGHEST = 350;
const ROWS = { 1: [1], 2: [2], 4: [2, 2], 5: [2, 3], 7: [1, 3, 3], 8: [2, 3, 3], 10: [1, 3, 3, 3] };

/** How many of six columns each of `count` pictures is wide; of three the first is as high as the two beside it. */
export function columns(count) {
  const rows = ROWS[count] ?? Array.from({ length: Math.ceil(count / 3) }, () => 3);
  return rows.flatMap((each) => Array.from({ length: each }, () => 6 / each)).slice(0, count);
}

/** The measures of a picture made to fit, never larger than it is: {width, aspectRatio}. */
export function fitted({ width, height }, widest = WIDEST, highest = HIGHEST) {
  if (!width || !height) return { width: `${Math.min(widest, 320)}px`, aspectRatio: "16 / 9" };
  const scale = Math.min(1, widest / width, highest / height);
  return { width: `${Math.max(1, Math.round(width * scale))}px`, aspectRatio: `${width} / ${height}` };
}

/** The last part of an address, as a name for what is there. */
export function nameIn(url) {
  const last = url.split(/[?#]/)[0].split("/").pop();
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Whether the page may ask for a picture or a video: its own, or the sandbox's. */
export function within(url, cdn) {
  if (/^(?:blob:|data:image\/)/.test(url)) return true;
  const origin = URL.canParse(url, location.href) ? new URL(url, location.href).origin : null;
  return origin === location.origin || origin === cdn;
}

const fileOf = (url) => url.split("?")[0];

/** What to load. Each telling of a message signs its addresses anew; what is there is not loaded again. */
export function useSource(url) {
  const kept = useRef(url);
  const [broken, setBroken] = useState(null);
  const failed = broken === kept.current && broken !== url;
  if (failed || fileOf(kept.current) !== fileOf(url)) kept.current = url;
  return { source: kept.current, broken: broken === kept.current, fail: () => setBroken(kept.current) };
}

/** A picture in the box that it is given, or the words for why there is none. */
export function Picture({ url, alt, name, onOpen, small = false }) {
  const cdn = useStore((now) => now.world?.cdn);
  const { source, broken, fail } = useSource(url);
  if (!within(url, cdn)) return html`<${Missing} small=${small} text="A picture from elsewhere" more=${url} />`;
  if (broken) {
    return html`<${Missing} small=${small} text="This picture could not be loaded" more=${name || nameIn(url)} />`;
  }
  const image = html`<img class="picture-image" src=${source} alt=${alt} decoding="async" onError=${fail} />`;
  if (!onOpen) return image;
  return html`<button type="button" class="picture-open" aria-haspopup="dialog" onClick=${onOpen}>${image}</button>`;
}

function Video({ url, words, small }) {
  const cdn = useStore((now) => now.world?.cdn);
  const { source } = useSource(url);
  if (!within(url, cdn)) return html`<${Missing} small=${small} text="A video from elsewhere" more=${url} />`;
  return html`<video class="picture-image" src=${source} controls preload="metadata" aria-label=${words} />`;
}

const Missing = ({ small, text, more }) =>
  small
    ? html`
        <span class="picture-missing picture-missing-small" title=${`${text}: ${more}`}>
          <${Icon} name="image" size=${16} /><span class="visually-hidden">${text}: ${more}</span>
        </span>
      `
    : html`
        <span class="picture-missing">
          <${Icon} name="image" /><span><strong>${text}</strong><span class="picture-address">${more}</span></span>
        </span>
      `;

/** Pictures and videos as Discord lays them out, one to ten; `square`: one cut to a square. A click shows it large. */
export function Mosaic({ items, widest = WIDEST, highest = HIGHEST, square = false }) {
  const pictures = items.filter((each) => !each.video);
  const open = (item) => () => lookAt(pictures, pictures.indexOf(item));
  const alone = items.length === 1;
  const box = (item) => {
    const { width, aspectRatio } = square ? { width: `${widest}px`, aspectRatio: "1" } : fitted(item, widest, highest);
    return { "--width": width, "--ratio": aspectRatio };
  };
  const spans = columns(items.length);
  const tiles = items.map((item, at) => {
    const look = classes("mosaic-tile", !alone && `mosaic-tile-${spans[at]}`);
    const nth = alone ? "Picture" : `Picture ${at + 1} of ${items.length}`;
    return html`
      <div key=${`${at} ${fileOf(item.url)}`} class=${look} style=${alone ? box(item) : undefined}>
        <${Covered} hidden=${item.spoiler} class="mosaic-cover">
          <${Tile} item=${item} nth=${nth} small=${widest < 100} onOpen=${open(item)} />
        <//>
      </div>
    `;
  });
  const layout = classes("mosaic", { "mosaic-alone": alone, "mosaic-three": items.length === 3 });
  return html`<div class=${layout}>${tiles}</div>`;
}

function Tile({ item, nth, small, onOpen }) {
  const { url, name, description, video } = item;
  const words = description || name || nth;
  if (video) return html`<${Video} url=${url} words=${words} small=${small} />`;
  return html`<${Picture} url=${url} alt=${words} name=${name} small=${small} onOpen=${onOpen} />`;
}
