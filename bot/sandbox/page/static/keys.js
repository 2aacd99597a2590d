// The keys that work wherever the focus is. Whatever is open above the page has its keys to itself.

import { openPlace, seen, watch } from "./actions.js";
import { useEffect } from "./lib.js";
import { goRound } from "./shell-focus.js";
import { WIDE } from "./shell-media.js";
import { nested } from "./sidebar.js";
import { get, here, set } from "./store.js";

const ABOVE = "dialog[open], [role=dialog], [role=menu]";
/** Where letters mean something already. */
const TYPED_IN = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=option]";
const PRESSED_BY_SPACE = "button, a, summary, [role=log], [role=tabpanel]";

/** In a component: hear them for as long as it is there. */
export function useKeys() {
  useEffect(() => {
    document.addEventListener("keydown", struck);
    return () => document.removeEventListener("keydown", struck);
  }, []);
}

function struck(event) {
  if (event.defaultPrevented || event.isComposing || !get().world) return;
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  const above = document.querySelector(ABOVE);
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "k") {
    event.preventDefault();
    toggleSwitcher(above);
  } else if (above) return;
  else if (key === "F6") {
    event.preventDefault();
    goRound(shiftKey ? -1 : 1);
  } else if (altKey && (key === "ArrowUp" || key === "ArrowDown")) {
    event.preventDefault();
    step(key === "ArrowDown" ? 1 : -1);
  } else if (key === "ContextMenu" || (key === "F10" && shiftKey)) openMenuOf(event);
  else if (key === "Escape") leave();
  else if (key.length === 1 && !ctrlKey && !metaKey && !altKey) typed(event);
}

function toggleSwitcher(above) {
  if (get().dialog?.kind === "switcher") set({ dialog: null });
  else if (!above) set({ dialog: { kind: "switcher" } });
}

/** The place above or below the open one, in the list that it is in. */
function step(by) {
  const open = here();
  if (!open) return;
  const list = open.guild ? listed(open.guild) : get().world.private;
  const at = list.findIndex((each) => each.id === open.channel.id);
  openPlace(list.at((at + by) % list.length).id);
}

const listed = (guild) => nested(guild.channels).flatMap(({ channel, threads }) => [channel, ...threads]);

/** Open the menu of what has the focus, if it has one; else the browser opens its own. */
function openMenuOf(event) {
  const pressed = new MouseEvent("contextmenu", { bubbles: true, cancelable: true });
  if (!event.target.dispatchEvent(pressed)) event.preventDefault();
}

/** Close what lies over the page on narrow screens; else be at the present, with everything read. */
function leave() {
  const { drawer, members, panel, divider } = get();
  if (drawer) return set({ drawer: false });
  if (members && !matchMedia(WIDE).matches) return set({ members: false });
  if (panel && document.querySelector(".panel")?.contains(document.activeElement)) return watch(false);
  seen();
  if (divider) set({ divider: null });
  const log = document.querySelector(".chat-scroller");
  if (log) log.scrollTop = log.scrollHeight;
  box()?.focus();
}

const box = () => document.querySelector("[data-composer]");

/** Whatever is typed elsewhere goes into the message box. */
function typed({ key, target }) {
  if (target.closest(TYPED_IN)) return;
  if (key === " " && target.closest(PRESSED_BY_SPACE)) return;
  box()?.focus();
}
