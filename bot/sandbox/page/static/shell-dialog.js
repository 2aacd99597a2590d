// A small dialog of the page's own: a title, what stands in it, a way out.

import { Icon } from "./icons.js";
import { classes, html, useRef } from "./lib.js";
import { useLayer } from "./shell-layer.js";
import { set } from "./store.js";

export const closeDialog = () => set({ dialog: null });

/** `bare`: the title is only said, not shown, and there is no button to close it. */
export function Dialog({ title, bare = false, class: name, children }) {
  const box = useRef(null);
  useLayer(box, closeDialog);
  const pressed = (event) => event.target === box.current && closeDialog();
  return html`
    <dialog
      class=${classes("dialog", name)}
      ref=${box}
      aria-label=${bare ? title : undefined}
      aria-labelledby=${bare ? undefined : "dialog-title"}
      onPointerDown=${pressed}
    >
      ${!bare &&
      html`<header class="dialog-head">
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="shell-button" aria-label="Close" onClick=${closeDialog}>
          <${Icon} name="close" />
        </button>
      </header>`}
      ${children}
    </dialog>
  `;
}
