// What the page says for a few seconds, at the bottom of the window; screen readers say it too.

import { Icon } from "./icons.js";
import { html } from "./lib.js";
import { set, useStore } from "./store.js";

const drop = (id) => set(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));

export function Toasts() {
  const toasts = useStore((now) => now.toasts);
  return html`
    <div class="toasts" role="status" aria-live="polite" data-layer>
      ${toasts.map(
        ({ id, text }) => html`
          <div class="toast" key=${id}>
            <p>${text}</p>
            <button type="button" class="toast-close" aria-label="Close this notice" onClick=${() => drop(id)}>
              <${Icon} name="close" size=${16} />
            </button>
          </div>
        `,
      )}
    </div>
  `;
}
