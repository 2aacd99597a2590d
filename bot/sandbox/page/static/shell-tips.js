// Tooltips: what carries `data-tip` says it beside itself while it is pointed at or has the keyboard's focus. For eyes
// only; whoever carries one is also named for screen readers. `data-side`: "right", else below.

import { html, useEffect, useLayoutEffect, useRef, useState } from "./lib.js";

const GAP = 8;
const PATIENCE = 350; // milliseconds of pointing

export function Tips() {
  const [tip, setTip] = useState(null);
  const box = useRef(null);
  useEffect(() => watched(setTip), []);
  useLayoutEffect(() => {
    if (!tip) return;
    const { left, top } = beside(tip.element.getBoundingClientRect(), box.current.getBoundingClientRect(), tip.side);
    Object.assign(box.current.style, { left: `${left}px`, top: `${top}px` });
  }, [tip]);
  return tip && html`<div class="tip" role="tooltip" aria-hidden="true" ref=${box}>${tip.text}</div>`;
}

function beside(anchor, own, side) {
  if (side === "right") return { left: anchor.right + GAP, top: anchor.top + (anchor.height - own.height) / 2 };
  const left = anchor.left + (anchor.width - own.width) / 2;
  return { left: Math.max(GAP, Math.min(left, innerWidth - GAP - own.width)), top: anchor.bottom + GAP };
}

/** Tell when a tip is to be shown and when it is over; a function that ends it. */
function watched(show) {
  let timer = 0;
  let over = null;
  const hide = () => {
    clearTimeout(timer);
    over = null;
    show(null);
  };
  const begin = (element, wait) => {
    if (element === over) return;
    hide();
    if (!element) return;
    over = element;
    const { tip: text, side } = element.dataset;
    timer = setTimeout(() => element.isConnected && show({ element, text, side }), wait);
  };
  const carrier = ({ target }) => target.closest?.("[data-tip]") ?? null;
  const hears = {
    pointerover: (event) => event.pointerType === "mouse" && begin(carrier(event), PATIENCE),
    focusin: (event) => begin(event.target.matches(":focus-visible") ? carrier(event) : null, 0),
    focusout: hide,
    pointerdown: hide,
    keydown: (event) => event.key === "Escape" && hide(),
  };
  for (const [name, listener] of Object.entries(hears)) document.addEventListener(name, listener, true);
  document.addEventListener("scroll", hide, true);
  return () => {
    hide();
    for (const [name, listener] of Object.entries(hears)) document.removeEventListener(name, listener, true);
    document.removeEventListener("scroll", hide, true);
  };
}
