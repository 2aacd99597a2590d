// A picture large, over everything else: with its description, its neighbours, and a way to the file itself.

import { Icon } from "./icons.js";
import { html, useRef } from "./lib.js";
import { nameIn, Picture, within } from "./message-pictures.js";
import { webAddress } from "./message-syntax.js";
import { useLayer } from "./shell-layer.js";
import { set, useStore } from "./store.js";

const close = () => set({ lightbox: null });

/** Shows `lightbox` of the store while there is one. */
export function Lightbox() {
  const shown = useStore((now) => now.lightbox);
  return shown?.items.length ? html`<${Veil} items=${shown.items} at=${shown.at} />` : null;
}

function Veil({ items, at }) {
  const dialog = useRef(null);
  const cdn = useStore((now) => now.world?.cdn);
  useLayer(dialog, close);
  const go = (step) => set({ lightbox: { items, at: (at + step + items.length) % items.length } });
  const keyed = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && items.length > 1) go(step);
  };
  const clicked = (event) => event.target.closest("button, a, img, .lightbox-words, .toast") || close();
  const item = items[at];
  const name = item.name || nameIn(item.url);
  const words = item.description || name;
  const address = within(item.url, cdn) ? webAddress(item.url) : null;
  return html`
    <dialog
      class="lightbox"
      ref=${dialog}
      aria-label=${items.length > 1 ? `Picture ${at + 1} of ${items.length}` : "Picture"}
      onKeyDown=${keyed}
      onClick=${clicked}
    >
      <button type="button" class="lightbox-button lightbox-close" aria-label="Close" title="Close" onClick=${close}>
        <${Icon} name="close" size=${24} />
      </button>
      <div class="lightbox-stage">
        ${items.length > 1 && html`<${Turn} way="left" words="Previous picture" onTurn=${() => go(-1)} />`}
        <div class="lightbox-picture"><${Picture} key=${item.url} url=${item.url} alt=${words} name=${name} /></div>
        ${items.length > 1 && html`<${Turn} way="right" words="Next picture" onTurn=${() => go(1)} />`}
      </div>
      <div class="lightbox-words">
        <p aria-live="polite">
          ${items.length > 1 && html`<span class="lightbox-count">${at + 1} of ${items.length}</span>`}
          <span>${words}</span>
        </p>
        ${address && html`<a href=${address} target="_blank" rel="noreferrer noopener">Open original</a>`}
      </div>
    </dialog>
  `;
}

const Turn = ({ way, words, onTurn }) => html`
  <button type="button" class=${`lightbox-button lightbox-${way}`} aria-label=${words} title=${words} onClick=${onTurn}>
    <${Icon} name=${way} size=${28} />
  </button>
`;
