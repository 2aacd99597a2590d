// Native dialogs over the page: what is below one cannot be reached, the keyboard's focus goes round in it, and is back
// where it was once it is gone. What has to be reachable above all of them asks here which is the topmost.

import { useEffect, useLayoutEffect, useRef, useState } from "./lib.js";
import { holdFocus, wrap } from "./shell-focus.js";

let layers = []; // open dialogs, the topmost one last
const listeners = new Set();

const topmost = () => layers.at(-1) ?? null;

function put(now) {
  layers = now;
  for (const listener of [...listeners]) listener(topmost());
}

/** In a component: the topmost open dialog, or null. */
export function useTopmost() {
  const [top, setTop] = useState(topmost);
  useEffect(() => {
    setTop(topmost());
    listeners.add(setTop);
    return () => listeners.delete(setTop);
  }, []);
  return top;
}

/**
 * In a component that draws a <dialog>: it is open for as long as it is there.
 * @param {{current: HTMLDialogElement}} dialog
 * @param {function(): void} leave   Escape, or whatever else the browser has for it, asks to leave
 */
export function useLayer(dialog, leave) {
  const left = useRef(leave);
  left.current = leave;
  useLayoutEffect(() => {
    const element = dialog.current;
    const release = holdFocus(element);
    const struck = (event) => {
      if (event.defaultPrevented || event.isComposing || topmost() !== element) return;
      if (event.key === "Tab") wrap(event, element);
      if (event.key !== "Escape") return;
      event.preventDefault();
      left.current();
    };
    const cancelled = (event) => {
      if (event.target !== element) return; // a file picker that was left says so in the same words
      event.preventDefault();
      left.current();
    };
    const closed = () => element.isConnected && !element.open && element.showModal(); // that is not the browser's to do
    window.addEventListener("keydown", struck);
    element.addEventListener("cancel", cancelled);
    element.addEventListener("close", closed);
    element.showModal();
    put([...layers, element]);
    return () => {
      window.removeEventListener("keydown", struck);
      element.removeEventListener("cancel", cancelled);
      element.removeEventListener("close", closed);
      put(layers.filter((each) => each !== element));
      element.close();
      release();
    };
  }, []);
}
