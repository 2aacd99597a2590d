// What is covered until somebody asks to see it: words in a line, pictures, files, whole containers.

import { classes, html, useRef, useState } from "./lib.js";

/** Words that are shown on a click, Enter or Space. */
export function Spoiler({ children }) {
  const [open, setOpen] = useState(false);
  const keyed = (event) => {
    if (open || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    setOpen(true);
  };
  return html`
    <span
      class=${classes("markdown-spoiler", { "markdown-spoiler-open": open })}
      role=${open ? undefined : "button"}
      tabindex=${open ? "-1" : "0"}
      aria-label=${open ? undefined : "Spoiler, show it"}
      onClick=${() => setOpen(true)}
      onKeyDown=${keyed}
    >
      <span aria-hidden=${open ? undefined : "true"} inert=${!open}>${children}</span>
    </span>
  `;
}

/** Something under a cover, if it is `hidden`; once shown it stays so. */
export function Covered({ hidden, class: name, children }) {
  const [open, setOpen] = useState(!hidden);
  const under = useRef(null);
  const show = () => {
    setOpen(true);
    requestAnimationFrame(() => under.current?.querySelector("button, a")?.focus({ preventScroll: true }));
  };
  return html`
    <div class=${classes("message-covered", name, { "message-covered-shut": !open })}>
      <div class="message-covered-under" ref=${under} inert=${!open} aria-hidden=${open ? undefined : "true"}>
        ${children}
      </div>
      ${!open &&
      html`<button type="button" class="message-cover" aria-label="Spoiler, show it" onClick=${show}>
        <span>Spoiler</span>
      </button>`}
    </div>
  `;
}
