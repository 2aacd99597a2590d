// A small dialog of the page's own: a title, what stands in it, a way out. The browser keeps the focus inside.

import { Icon } from "./icons.js";
import { classes, html, useEffect, useRef } from "./lib.js";
import { holdFocus } from "./shell-focus.js";
import { set } from "./store.js";

export const closeDialog = () => set({ dialog: null });

/** `bare`: the title is only said, not shown, and there is no button to close it. */
export function Dialog({ title, bare = false, class: name, children }) {
  const box = useRef(null);
  useEffect(() => {
    const dialog = box.current;
    const release = holdFocus();
    dialog.showModal();
    return () => {
      dialog.close();
      release();
    };
  }, []);
  const cancelled = (event) => {
    event.preventDefault();
    closeDialog();
  };
  const pressed = (event) => event.target === box.current && closeDialog();
  return html`
    <dialog
      class=${classes("dialog", name)}
      ref=${box}
      aria-label=${bare ? title : undefined}
      aria-labelledby=${bare ? undefined : "dialog-title"}
      onCancel=${cancelled}
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
