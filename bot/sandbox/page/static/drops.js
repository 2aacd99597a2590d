// Files that reach the page from outside, by dropping or pasting, and the shade that says where they would go. While a
// form is open they are its own; what becomes of them is decided by who listens.

import { createPortal, html, useEffect, useRef, useState } from "./lib.js";
import { Icon } from "./icons.js";
import { useStore } from "./store.js";

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** The files of a drop or a clipboard; folders are left out. */
export function filesOf(transfer) {
  const items = [...(transfer?.items ?? [])].filter((each) => each.kind === "file");
  const folders = items.map((each) => Boolean(each.webkitGetAsEntry?.()?.isDirectory));
  return [...(transfer?.files ?? [])].filter((_, at) => !folders[at]);
}

/** Pasted text belongs where one writes, unless that is the message box, which takes files too. */
const elsewhere = (target) => target.closest?.("input, textarea") && !target.closest(".composer");

/**
 * Listen for files on the whole page. Tells whether some hover over it.
 * @param {function(File[], Element): void} onFiles   with the element that they were dropped on
 */
export function useDrops(onFiles) {
  const [over, setOver] = useState(false);
  const shut = useStore((now) => Boolean(now.modal || now.dialog || now.lightbox));
  const taken = useRef(onFiles);
  taken.current = onFiles;
  useEffect(() => {
    const hover = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(!shut);
    };
    const leave = (event) => !event.relatedTarget && setOver(false);
    const drop = (event) => {
      setOver(false);
      if (!carriesFiles(event)) return;
      const handled = event.defaultPrevented;
      event.preventDefault();
      const files = filesOf(event.dataTransfer);
      if (!shut && !handled && files.length) taken.current(files, event.target);
    };
    const paste = (event) => {
      const files = filesOf(event.clipboardData);
      if (shut || !files.length || event.defaultPrevented || elsewhere(event.target)) return;
      event.preventDefault();
      taken.current(files, event.target);
    };
    const heard = { dragenter: hover, dragover: hover, dragleave: leave, drop, paste };
    for (const [name, listener] of Object.entries(heard)) window.addEventListener(name, listener);
    return () => {
      setOver(false);
      for (const [name, listener] of Object.entries(heard)) window.removeEventListener(name, listener);
    };
  }, [shut]);
  return over && !shut;
}

/** The shade over the page while files hover over it. */
export const DropShade = ({ title, detail }) =>
  createPortal(
    html`
      <div class="composer-shade">
        <div class="composer-shade-card" role="status">
          <${Icon} name="image" size=${40} />
          <strong>${title}</strong>
          <span>${detail}</span>
        </div>
      </div>
    `,
    document.body,
  );
