// The list of a select menu: on the topmost layer, so that nothing cuts it, beside the box that it belongs to. What is
// chosen, and what keys mean, is decided by `select.js`.

import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { classes, html, useEffect, useLayoutEffect, useRef, useState } from "./lib.js";
import { holds, placed } from "./select-choices.js";

const NOT_FOUND = "Nothing here has that name.";
const NOTHING = "There is nothing to choose here.";

/** The sign before a choice: its emoji, the picture of a person, the mark of a role or channel. */
export function Look({ choice, size }) {
  const { kind, label, emoji, bot } = choice;
  if (kind === "user") return html`<${Avatar} name=${label} bot=${bot} size=${size} />`;
  if (kind === "option") {
    const sign = emoji?.id ? `:${emoji.name}:` : emoji?.name;
    return sign && html`<span class="select-emoji">${sign}</span>`;
  }
  const icon = { role: "at", channel: "hash", thread: "thread" }[kind];
  return html`<span class="select-mark"><${Icon} name=${icon} size=${size} /></span>`;
}

export function SelectList(props) {
  const { id, name, anchor, choices, chosen, active, multiple, full, rule, short, search } = props;
  const popup = useRef(null);
  const list = useRef(null);
  const pointed = useRef(false);
  useLayoutEffect(() => popup.current.showPopover(), []);
  const where = useBeside({ anchor, popup, list, lost: props.onLost });
  useEffect(() => {
    const option = list.current?.children[active];
    if (option && !pointed.current) option.scrollIntoView({ block: "nearest" });
    pointed.current = false;
  }, [active, choices.length, where?.maxHeight]);

  const point = (at) => {
    if (at === active) return;
    pointed.current = true;
    props.onActive(at);
  };
  return html`
    <div class="select-popup" popover="manual" ref=${popup} style=${where}>
      ${search && html`<${Search} list=${id} name=${name} onInput=${props.onSearch} ...${search} />`}
      ${choices.length > 0
        ? html`
            <div
              class="select-list"
              role="listbox"
              id=${id}
              ref=${list}
              tabIndex=${-1}
              onMouseDown=${stay}
              aria-label=${name}
              aria-multiselectable=${multiple ? "true" : undefined}
            >
              ${choices.map((choice, at) => html`
                <${Option}
                  key=${choice.key}
                  id=${`${id}-${at}`}
                  choice=${choice}
                  multiple=${multiple}
                  active=${at === active}
                  selected=${holds(chosen, choice)}
                  full=${full}
                  onPoint=${() => point(at)}
                  onPick=${() => props.onPick(choice)}
                />
              `)}
            </div>
          `
        : html`<p class="select-nothing" id=${id} role="status">${search?.text ? NOT_FOUND : NOTHING}</p>`}
      ${rule && html`
        <p class=${classes("select-rule", { "select-short": short })} aria-live="polite">
          <span>${rule}</span><span>${chosen.length} selected</span>
        </p>
      `}
    </div>
  `;
}

/** The focus stays where one types. */
const stay = (event) => event.preventDefault();

function Search({ list, name, text, activeId, onInput, onKey }) {
  const input = useRef(null);
  useEffect(() => input.current.focus({ preventScroll: true }), []);
  return html`
    <div class="select-search">
      <${Icon} name="search" size=${18} />
      <input
        ref=${input}
        type="search"
        placeholder="Search"
        aria-label=${`Search: ${name}`}
        aria-controls=${list}
        aria-activedescendant=${activeId}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck=${false}
        value=${text}
        onInput=${(event) => onInput(event.target.value)}
        onKeyDown=${onKey}
      />
    </div>
  `;
}

function Option({ id, choice, multiple, active, selected, full, onPoint, onPick }) {
  const off = full && !selected;
  return html`
    <div
      class=${classes("select-option", { "select-active": active })}
      role="option"
      id=${id}
      aria-labelledby=${`${id}-label`}
      aria-describedby=${choice.description ? `${id}-description` : undefined}
      aria-selected=${selected ? "true" : "false"}
      aria-disabled=${off ? "true" : undefined}
      onPointerMove=${onPoint}
      onClick=${onPick}
    >
      <${Look} choice=${choice} size=${24} />
      <span class="select-words">
        <span class="select-label" id=${`${id}-label`}>${choice.label}</span>
        ${choice.description && html`
          <span class="select-description" id=${`${id}-description`}>${choice.description}</span>
        `}
      </span>
      <span class=${multiple ? "select-check" : "select-tick"} aria-hidden="true">
        ${selected && html`<${Icon} name="check" size=${multiple ? 16 : 20} />`}
      </span>
    </div>
  `;
}

/** Where the list stands beside its box, followed as long as it is open; `lost` when the box is out of sight. */
function useBeside({ anchor, popup, list, lost }) {
  const [where, setWhere] = useState(null);
  const told = useRef(lost);
  told.current = lost;
  useLayoutEffect(() => {
    const hidden = list.current ? list.current.scrollHeight - list.current.clientHeight : 0;
    const tall = popup.current.offsetHeight + hidden;
    let last = "";
    let frame = 0;
    const look = () => {
      frame = requestAnimationFrame(look);
      const { left, top, bottom, width } = anchor.current.parentElement.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) return told.current();
      const view = { width: document.documentElement.clientWidth, height: innerHeight };
      const style = pixels(placed({ left, top, bottom, width }, tall, view));
      const next = JSON.stringify(style);
      if (next !== last) setWhere(style);
      last = next;
      return undefined;
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, []);
  return where;
}

function pixels(measures) {
  const given = Object.entries(measures).map(([name, value]) => [name, `${value}px`]);
  return { top: "auto", bottom: "auto", ...Object.fromEntries(given) };
}
