// Going to another place or message of the page, and opening the menu of a message or a person where one is.

import { openPlace, toast } from "./actions.js";
import { channels, get, set } from "./store.js";

/** Open a channel; with a message, scroll to it and let it stand out for a moment. */
export async function jump(channel, message = null) {
  if (!channels().some((each) => each.channel.id === channel)) return toast("You do not see that place.");
  if (get().place !== channel) await openPlace(channel);
  if (message) await drawn();
  if (message && get().place === channel && !point(message)) toast("That message is no longer there.");
}

/** Scroll to a message of the open place. False when it is not there. */
function point(message) {
  const row = document.querySelector(`[data-message="${message}"]`);
  if (!row) return false;
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  const lit = { backgroundColor: "var(--background-mention)" };
  row.animate([lit, lit, {}], 2000);
  return true;
}

const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

/** Open the menu of a "message" or a "user" where the event was; by keyboard, at the element that it was on. */
export function openMenu(event, kind, target) {
  event.preventDefault();
  event.stopPropagation();
  const box = event.currentTarget.getBoundingClientRect();
  const pointed = event.clientX > 0 || event.clientY > 0;
  const [x, y] = pointed ? [event.clientX, event.clientY] : [box.left + 16, Math.min(box.bottom, innerHeight - 16)];
  set({ menu: { x, y, kind, target } });
}
