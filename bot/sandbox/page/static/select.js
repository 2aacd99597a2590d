// A select menu, in messages and in forms: its box, what is chosen in it, and the keyboard. Its list is drawn by
// `select-list.js`.

import { Dots } from "./dots.js";
import { Icon } from "./icons.js";
import { classes, html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./lib.js";
import {
  boundsOf, choicesOf, chosenAtFirst, isEnough, isMultiple, isSearched, jump, matching, rule, same, toggled,
} from "./select-choices.js";
import { Look, SelectList } from "./select-list.js";
import { get, here, useStore } from "./store.js";

const PAUSE = 700; // milliseconds after which typed letters begin anew
const PAGE = 8; // options that Page Up and Page Down pass

let count = 0;

/**
 * @param {object} props
 * @param {object} props.component   Discord's own, of any of the five kinds
 * @param {boolean} [props.disabled]
 * @param {boolean} [props.busy]     it waits for an answer
 * @param {function((string|object)[]): (Promise<boolean>|void)} props.onChoose   with values as the socket carries
 *   them; where it tells in the end that they were not taken, nothing is chosen any more, and they can be chosen again
 * @param {string} [props.label]     its name, where the placeholder is not
 * @param {boolean} [props.form]     it is part of a form: too few may stay chosen, the form says so
 * @param {object} [props.described] more attributes of its box, such as `aria-describedby`
 */
export function Select(props) {
  const { component, disabled = false, busy = false, form = false, label, onChoose, described } = props;
  const [id] = useState(() => `select-${++count}`);
  const [open, setOpen] = useState(null); // {draft, active, text} while the list is open
  const root = useRef(null);
  const box = useRef(null);
  const bounds = boundsOf(component, { form });
  const { choices, chosen, hold } = useChosen(component);
  const listed = open ? matching(choices, open.text) : choices;
  const searched = isSearched(component);
  const name = label || component.placeholder || "Make a selection";
  const still = disabled || busy;

  const begin = (active) => {
    const first = Math.max(0, choices.findIndex((each) => chosen.some((held) => held.key === each.key)));
    setOpen({ draft: chosen, text: "", active: active ?? first });
  };
  const close = (refocus) => {
    setOpen(null);
    if (refocus) box.current?.focus();
  };
  const give = async (now) => {
    if (same(now, chosen)) return;
    hold(now);
    if ((await onChoose(now.map((each) => each.value))) === false) hold(null);
  };
  /** The list was left: what several hold counts now. */
  const leave = (refocus = false) => {
    if (!open) return;
    if (isMultiple(bounds) && (form || isEnough(open.draft.length, bounds))) give(open.draft);
    close(refocus);
  };
  const pick = (choice) => {
    const draft = toggled(open.draft, choice, bounds);
    if (isMultiple(bounds)) return setOpen({ ...open, draft, active: listed.indexOf(choice) });
    close(true);
    give(draft);
  };

  const move = (active) => setOpen({ ...open, active: Math.max(0, Math.min(active, listed.length - 1)) });
  const typed = useTyped();
  const onKey = (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || still) return;
    const handled = open ? whileOpen(event) : whileClosed(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const whileClosed = ({ key }) => {
    const last = choices.length - 1;
    if (["Enter", " ", "ArrowDown", "ArrowUp"].includes(key)) begin();
    else if (key === "Home" || key === "End") begin(key === "Home" ? 0 : last);
    else if (isLetter(key) && !searched) begin(jump(choices, -1, typed.add(key)));
    else return false;
    return true;
  };
  const whileOpen = ({ key, altKey }) => {
    const { active, text } = open;
    const writes = searched && text !== "";
    if (key === "Tab") return leave(), false;
    if (key === "Escape") close(true);
    else if (key === "ArrowUp" && altKey) leave(true);
    else if (key === "ArrowDown") move(active + 1);
    else if (key === "ArrowUp") move(active - 1);
    else if (key === "PageDown") move(active + PAGE);
    else if (key === "PageUp") move(active - PAGE);
    else if ((key === "Home" || key === "End") && !writes) move(key === "Home" ? 0 : listed.length - 1);
    else if (key === " " && typed.going()) move(jump(listed, active, typed.add(key)));
    else if (key === "Enter" || (key === " " && !searched)) listed[active] && pick(listed[active]);
    else if (isLetter(key) && !searched) move(jump(listed, active, typed.add(key)));
    else return false;
    return true;
  };

  useOutside(root, Boolean(open), leave);
  useLayoutEffect(() => {
    if (open && still) close(false);
  }, [still]);

  const list = `${id}-list`;
  const activeId = open && listed[open.active] ? `${list}-${open.active}` : undefined;
  const shown = open && isMultiple(bounds) ? open.draft : chosen;
  const clearable = bounds.least === 0 && !isMultiple(bounds) && chosen.length > 0 && !still;
  const onBox = (event) => {
    if (still || event.target.closest(".select-clear")) return;
    box.current.focus();
    if (open) leave(true);
    else begin();
  };

  return html`
    <div class="select" ref=${root} data-select=${component.custom_id}>
      <div class=${classes("select-box", { "select-open": open, "select-off": disabled })} onClick=${onBox}>
        <button
          type="button"
          class="select-value"
          role="combobox"
          id=${id}
          ref=${box}
          disabled=${disabled}
          aria-label=${name}
          aria-haspopup="listbox"
          aria-expanded=${open ? "true" : "false"}
          aria-controls=${open ? list : undefined}
          aria-activedescendant=${searched ? undefined : activeId}
          aria-busy=${busy ? "true" : undefined}
          aria-disabled=${busy ? "true" : undefined}
          onKeyDown=${onKey}
          ...${described}
        >
          <${Chosen} chosen=${shown} multiple=${isMultiple(bounds)} placeholder=${component.placeholder} />
        </button>
        ${clearable && html`
          <button type="button" class="select-clear" aria-label=${`Clear: ${name}`} onClick=${() => give([])}>
            <${Icon} name="close" size=${16} />
          </button>
        `}
        <span class="select-sign">${busy ? html`<${Dots} />` : html`<${Icon} name="down" size=${20} />`}</span>
      </div>
      ${open && html`
        <${SelectList}
          id=${list}
          name=${name}
          anchor=${box}
          choices=${listed}
          chosen=${open.draft}
          active=${open.active}
          multiple=${isMultiple(bounds)}
          full=${isMultiple(bounds) && open.draft.length >= bounds.most}
          rule=${isMultiple(bounds) ? rule(bounds) : ""}
          short=${open.draft.length > 0 && !isEnough(open.draft.length, bounds)}
          search=${searched ? { text: open.text, activeId, onKey } : null}
          onSearch=${(text) => setOpen({ ...open, text, active: 0 })}
          onActive=${move}
          onPick=${pick}
          onLost=${() => leave()}
        />
      `}
    </div>
  `;
}

const isLetter = (key) => [...key].length === 1 && key !== " ";

/** What is chosen, or what is asked for. */
function Chosen({ chosen, multiple, placeholder }) {
  if (!chosen.length) {
    const text = placeholder || "Make a selection";
    return html`<span class="select-placeholder" title=${text}>${text}</span>`;
  }
  if (multiple) return html`
    <span class="select-chips">
      ${chosen.map((each) => html`
        <span class="select-chip" key=${each.key}>
          <${Look} choice=${each} size=${16} /><span class="select-name" title=${each.label}>${each.label}</span>
        </span>
      `)}
    </span>
  `;
  const [choice] = chosen;
  return html`
    <span class="select-one">
      <${Look} choice=${choice} size=${20} /><span class="select-name" title=${choice.label}>${choice.label}</span>
    </span>
  `;
}

/** What a menu offers and holds. What was written anew, or holds null, holds what it was written with. */
function useChosen(component) {
  const world = useStore((now) => now.world);
  const place = useStore((now) => now.place);
  const { custom_id, options, default_values, channel_types } = component;
  const written = JSON.stringify([custom_id, options, default_values, channel_types]);
  const choices = useMemo(() => choicesOf(component, here(), get()), [written, world, place]);
  const [held, hold] = useState(null);
  const chosen = held?.written === written ? held.chosen : chosenAtFirst(component, choices, get());
  return { choices, chosen, hold: (now) => hold(now && { written, chosen: now }) };
}

/** Letters typed one soon after the other, together; a space is one of them while they are going on. */
function useTyped() {
  const typed = useRef({ text: "", at: -PAUSE });
  const going = () => performance.now() - typed.current.at < PAUSE;
  const add = (letter) => {
    typed.current = { text: going() ? typed.current.text + letter : letter, at: performance.now() };
    return typed.current.text;
  };
  return { going, add };
}

/** Tell when somebody presses, or the focus goes, outside of an element. */
function useOutside(root, listening, leave) {
  const told = useRef(leave);
  told.current = leave;
  useEffect(() => {
    if (!listening) return undefined;
    const away = (target) => target && !root.current?.contains(target);
    const pressed = (event) => away(event.target) && told.current();
    const focused = (event) => away(event.relatedTarget) && told.current();
    const element = root.current;
    document.addEventListener("pointerdown", pressed, true);
    element.addEventListener("focusout", focused);
    return () => {
      document.removeEventListener("pointerdown", pressed, true);
      element.removeEventListener("focusout", focused);
    };
  }, [listening]);
}
