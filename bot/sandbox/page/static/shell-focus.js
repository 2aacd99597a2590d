// Where the keyboard's focus goes: along a list, round a list, into a part of the page. It knows elements, no data.

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

/** Remember what has the focus; a function that gives it back, unless something else has taken it meanwhile. */
export function holdFocus() {
  const before = document.activeElement;
  return () => {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (lost && before?.isConnected) before.focus({ preventScroll: true });
  };
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
