// The list above the message box: commands, or what an option may hold. The focus stays where one types; the active
// item is named there by `aria-activedescendant`. What is in the list, and what choosing means, is for others to say.

import { classes, html, useEffect, useRef, useState } from "./lib.js";

/**
 * The keyboard's part of a list, for the input that it belongs to.
 * @param {object} of
 * @param {string} of.id
 * @param {object[]} of.items      the same array as long as they are the same items
 * @param {boolean} of.open
 * @param {number} [of.start]      the item that is active at first; -1: none, so that Enter is not for the list
 * @param {function(object, {onward: boolean}): void} of.onPick   onward: it was chosen with Tab
 * @param {function(): void} of.onClose
 */
export function useList({ id, items, open, start = 0, onPick, onClose }) {
  const [moved, setMoved] = useState({ items: null, to: -1 });
  const shown = open && items.length > 0;
  const active = !shown ? -1 : moved.items === items ? moved.to : start;
  const move = (to) => setMoved({ items, to });

  /** True when the key was for the list. */
  const onKey = (event) => {
    const { key, shiftKey } = event;
    if (!open || event.isComposing) return false;
    if (key === "Escape") onClose();
    else if (shown && key === "ArrowDown") move((active + 1) % items.length);
    else if (shown && key === "ArrowUp") move(active <= 0 ? items.length - 1 : active - 1);
    else if (active >= 0 && !shiftKey && (key === "Enter" || key === "Tab")) {
      onPick(items[active], { onward: key === "Tab" });
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  const described = {
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": shown ? id : undefined,
    "aria-activedescendant": active >= 0 ? `${id}-${active}` : undefined,
  };
  return { id, items, shown, active, move, onKey, onPick, described };
}

/**
 * The list itself. Items of one section stand together; where there are no items, `note` says why and `remedy` helps.
 * @param {object} props
 * @param {ReturnType<typeof useList>} props.list
 * @param {string} props.label
 * @param {boolean} props.open
 * @param {string} [props.note]
 * @param {object} [props.remedy]
 * @param {{key: string, title: object, items: object[]}[]} props.sections   their items are those of the list, in order
 * @param {boolean} [props.reachable]   by Tab; for the list of a text box, which unlike a combobox cannot own one
 * @param {function(object): {lead?: object, name: *, detail?: string, aside?: string}} props.view   how an item looks
 */
export function Completion({ list, label, open, note, remedy, sections, view, reachable = false }) {
  const box = useRef(null);
  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [list.active, list.items]);
  const filled = sections.filter((each) => each.items.length);
  return html`
    <div
      class=${classes("composer-list", { "composer-list-open": open })}
      data-layer
      onMouseDown=${(event) => event.preventDefault()}
    >
      ${open && list.shown && html`
        <div
          class="composer-list-items"
          role="listbox"
          id=${list.id}
          aria-label=${label}
          tabindex=${reachable ? 0 : undefined}
          ref=${box}
        >
          ${filled.map((section) => html`<${Section} key=${section.key} ...${{ section, list, view }} />`)}
        </div>
      `}
      <p class="composer-list-note" role="status">${open && !list.shown ? note : ""}</p>
      ${open && !list.shown && remedy}
    </div>
  `;
}

function Section({ section, list, view }) {
  const heading = `${list.id}-${section.key}`;
  return html`
    <div class="composer-list-section" role="group" aria-labelledby=${heading}>
      <div class="composer-list-title" id=${heading}>${section.title}</div>
      ${section.items.map((item) => {
        const at = list.items.indexOf(item);
        return html`<${Item} key=${at} ...${{ item, at, list, view }} />`;
      })}
    </div>
  `;
}

function Item({ item, at, list, view }) {
  const { lead, name, detail, aside } = view(item);
  return html`
    <div
      class="composer-list-item"
      role="option"
      id=${`${list.id}-${at}`}
      aria-selected=${at === list.active ? "true" : "false"}
      onMouseMove=${() => at !== list.active && list.move(at)}
      onClick=${() => list.onPick(item, { onward: false })}
    >
      ${lead && html`<span class="composer-list-lead" aria-hidden="true">${lead}</span>`}
      <span class="composer-list-words">
        <span class="composer-list-name">${name}</span>
        ${detail && html`<span class="composer-list-detail">${detail}</span>`}
      </span>
      ${aside && html`<span class="composer-list-aside">${aside}</span>`}
    </div>
  `;
}
