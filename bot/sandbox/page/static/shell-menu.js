// A menu as a layer over the page: its place on the screen, its keys, its items. What is in one is for others to say.

import { Icon } from "./icons.js";
import { classes, html, useLayoutEffect, useRef } from "./lib.js";
import { along, holdFocus } from "./shell-focus.js";

const EDGE = 8; // pixels that stay free around a menu
const ITEMS = "[role^=menuitem]";

/** Where a menu of this size is kept on the screen: its corner at (x, y), on the side where there is room. */
export function atPoint(x, y, { width, height }, screen) {
  const left = x + width + EDGE > screen.width ? Math.max(EDGE, Math.min(x, screen.width - EDGE) - width) : x;
  const top = y + height + EDGE > screen.height ? screen.height - EDGE - height : y;
  return { left: Math.max(EDGE, left), top: Math.max(EDGE, top) };
}

/** Where a menu of this size stands above what opened it. */
export function above(anchor, { width, height }, screen) {
  const left = Math.max(EDGE, Math.min(anchor.left, screen.width - EDGE - width));
  return { left, top: Math.max(EDGE, anchor.top - EDGE - height) };
}

/**
 * @param {object} props
 * @param {string} props.label
 * @param {function(DOMRect, {width: number, height: number}): {left: number, top: number}} props.place
 * @param {{current: Element}} [props.anchor]   what opened it; a press there is not outside
 * @param {function(): void} props.onClose
 */
export function Menu({ label, place, anchor, onClose, children }) {
  const box = useRef(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const { style } = box.current;
    const { left, top } = place(box.current.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
    style.left = `${left}px`;
    style.top = `${top}px`;
  });
  useLayoutEffect(() => {
    const within = box.current;
    const release = holdFocus(within);
    within.focus({ preventScroll: true });
    const outside = ({ target }) => within.contains(target) || anchor?.current.contains(target) || close.current();
    const gone = () => close.current();
    document.addEventListener("pointerdown", outside, true);
    addEventListener("resize", gone);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      removeEventListener("resize", gone);
      release();
    };
  }, []);
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
    } else if (!along(event, ITEMS)) typed(event);
  };
  return html`
    <div
      class="menu"
      role="menu"
      aria-label=${label}
      tabindex="-1"
      ref=${box}
      onKeyDown=${onKeyDown}
      onContextMenu=${(event) => event.preventDefault()}
    >
      ${children}
    </div>
  `;
}

/** A letter goes on to the next item that begins with it. */
function typed(event) {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...event.currentTarget.querySelectorAll(ITEMS)];
  const at = items.indexOf(document.activeElement);
  const round = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const sought = event.key.toLowerCase();
  round.find((each) => each.textContent.trim().toLowerCase().startsWith(sought))?.focus();
}

/** Items that belong together, under a heading when there is a `title`. */
export const Group = ({ label, title, children }) => html`
  <div class="menu-group" role="group" aria-label=${label ?? title}>
    ${title && html`<div class="menu-title" aria-hidden="true">${title}</div>`}
    ${children}
  </div>
`;

/**
 * @param {object} props
 * @param {string} [props.icon]
 * @param {"radio"|"checkbox"} [props.mark]   that it is one of several, or on or off
 * @param {boolean} [props.checked]
 * @param {boolean} [props.danger]
 * @param {function(): void} props.onChoose
 */
export function Item({ icon, mark = "", checked, danger = false, onChoose, children }) {
  return html`
    <button
      type="button"
      class=${classes("menu-item", { "menu-item-danger": danger })}
      role=${`menuitem${mark}`}
      aria-checked=${mark ? String(checked) : undefined}
      tabindex="-1"
      onMouseMove=${(event) => event.currentTarget.focus({ preventScroll: true })}
      onClick=${onChoose}
    >
      <span class="menu-words">${children}</span>
      ${icon && html`<${Icon} name=${icon} size=${18} />`}
      ${mark &&
      html`<span class=${`menu-mark menu-mark-${mark}`}>
        ${checked && html`<${Icon} name="check" size=${14} />`}
      </span>`}
    </button>
  `;
}
