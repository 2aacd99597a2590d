// What the page says for a few seconds, at the top of the window below the bar; screen readers say it too. It is drawn
// within the topmost dialog, because nothing outside of that one can be reached.

import { dropToast } from "./actions.js";
import { Icon } from "./icons.js";
import { createPortal, html } from "./lib.js";
import { useTopmost } from "./shell-layer.js";
import { useStore } from "./store.js";

export function Toasts() {
  const toasts = useStore((now) => now.toasts);
  const top = useTopmost();
  return createPortal(
    html`
      <div class="toasts" role="status" aria-live="polite" data-layer>
        ${toasts.map(
          ({ id, text }) => html`
            <div class="toast" key=${id}>
              <p>${text}</p>
              <button type="button" class="toast-close" aria-label="Close this notice" onClick=${() => dropToast(id)}>
                <${Icon} name="close" size=${16} />
              </button>
            </div>
          `,
        )}
      </div>
    `,
    top ?? document.body,
  );
}
