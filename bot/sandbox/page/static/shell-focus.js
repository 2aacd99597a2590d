// Where the keyboard's focus goes: along a list, round a dialog, into a part of the page. It knows elements, no data.

const STOPS = "a[href], button:enabled, input:enabled:not([hidden]), textarea, select, summary, [tabindex='0']";

const drawn = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert]");

/** Move the focus along a column of things by ArrowUp, ArrowDown, Home and End. True when the key was one of them. */
export function along(event, selector) {
  const things = [...event.currentTarget.querySelectorAll(selector)].filter(drawn);
  const at = things.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || !things.length || event.altKey || event.ctrlKey || event.metaKey) return false;
  event.preventDefault();
  things.at(to % things.length).focus();
  return true;
}

const before = new WeakMap(); // by the part of the page that took the focus: what had it

/** Remember what has the focus while `part` is there; a function that gives it back, unless it is elsewhere by then. */
export function holdFocus(part) {
  before.set(part, document.activeElement);
  return () => {
    if (part.contains(document.activeElement)) document.activeElement.blur();
    if (document.activeElement && document.activeElement !== document.body) return;
    const heir = heirOf(before.get(part)) ?? document.querySelector("[data-composer]");
    heir?.focus({ preventScroll: true });
  };
}

/** An element, or if it is gone what had the focus before the menu or dialog that it was in; null: gone as well. */
function heirOf(element) {
  if (!element || element.isConnected) return element;
  for (let part = element; part; part = part.parentElement) if (before.has(part)) return heirOf(before.get(part));
  return null;
}

/** At one end of a part of the page Tab goes on at its other end. */
export function wrap(event, part) {
  const stops = [...part.querySelectorAll(STOPS)].filter((each) => each.tabIndex >= 0 && drawn(each));
  const [end, start] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== end && part.contains(document.activeElement)) return;
  event.preventDefault();
  start?.focus();
}

/** The parts of the page that F6 goes through: what says so, the message box, and every complementary part. */
const AREAS = "[data-area], .composer, aside";

/** Put the focus into the next part of the page, or the one before; where something is open in it, there. */
export function goRound(step) {
  const areas = [...document.querySelectorAll(AREAS)].filter((each) => drawn(each) && entry(each));
  if (!areas.length) return;
  const at = areas.findIndex((each) => each.contains(document.activeElement));
  const next = at < 0 && step < 0 ? areas.length - 1 : (at + step + areas.length) % areas.length;
  entry(areas[next]).focus();
}

const entry = (area) =>
  [...area.querySelectorAll("[data-composer], [aria-current], [aria-selected='true']")].find(drawn) ??
  (area.tabIndex >= 0 ? area : [...area.querySelectorAll(STOPS)].find((each) => each.tabIndex >= 0 && drawn(each)));
