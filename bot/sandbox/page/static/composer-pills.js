// The pills of a command's form: one for every option that is put, and the list of those that can still be. A pill
// shows its name and an input fit for what it takes; what the texts mean is known in `commands`.

import { classes, html, useMemo, useRef, useState } from "./lib.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { Kind, addable, alongside, hasList, isEmpty } from "./commands.js";
import { Completion, useList } from "./composer-completion.js";
import { useChoices } from "./composer-choices.js";
import { Aim, add, attach, fill, settle, withdraw } from "./composer-drafts.js";
import { useGrowing } from "./composer-growing.js";
import { Progress, Thumbnail } from "./upload-looks.js";

const idOf = (option) => `composer-option-${option.name}`;

/**
 * One option of the form.
 * @param {object} props
 * @param {object} props.option     Discord's
 * @param {object} props.form       of the draft
 * @param {object} props.context    {draftKey, channel, place}
 * @param {boolean} props.focused   one is in it
 */
export function Pill({ option, form, context, focused }) {
  const { name } = option;
  const entry = form.entries[name] ?? {};
  const wrong = form.wrong[name];
  const Input = inputOf(option);
  const attributes = {
    id: idOf(option),
    "data-aim": name,
    "aria-required": option.required ? "true" : undefined,
    "aria-invalid": wrong ? "true" : undefined,
    "aria-describedby": focused ? "composer-about" : undefined,
    autocomplete: "off",
    spellcheck: false,
  };
  return html`
    <div class=${classes("composer-pill", { "composer-pill-wrong": wrong })} data-option=${name}>
      <label class="composer-pill-name" for=${attributes.id}>${name}</label>
      <${Input} ...${{ option, entry, form, context, focused, attributes }} />
      ${!option.required && html`
        <button
          type="button"
          class="composer-pill-remove"
          tabindex="-1"
          aria-label=${`Remove ${name}`}
          onClick=${() => withdraw(context.draftKey, name)}
        >
          <${Icon} name="close" size=${14} />
        </button>
      `}
    </div>
  `;
}

function inputOf(option) {
  if (option.type === Kind.ATTACHMENT) return FileInput;
  if (hasList(option)) return ListInput;
  return option.type === Kind.STRING ? TextInput : NumberInput;
}

const widthOf = (text, least = 4) => Math.min(Math.max([...text].length + 1, least), 60);

function TextInput({ option, entry, form, context, attributes }) {
  const text = entry.text ?? "";
  const area = useGrowing(text);
  return html`
    <textarea
      class="composer-pill-input"
      ref=${area}
      rows="1"
      cols=${widthOf(text)}
      value=${text}
      readonly=${form.sending}
      ...${attributes}
      spellcheck=${true}
      onInput=${(event) => fill(context.draftKey, option.name, { text: event.currentTarget.value })}
    ></textarea>
  `;
}

const NumberInput = ({ option, entry, form, context, attributes }) => html`
  <input
    class="composer-pill-input"
    type="text"
    inputmode=${option.type === Kind.INTEGER ? "numeric" : "decimal"}
    size=${widthOf(entry.text ?? "")}
    value=${entry.text ?? ""}
    readonly=${form.sending}
    ...${attributes}
    onInput=${(event) => fill(context.draftKey, option.name, { text: event.currentTarget.value })}
  />
`;

// --- options with a list ---------------------------------------------------------------------------------------------

function ListInput({ option, entry, form, context, focused, attributes }) {
  const [wanted, setWanted] = useState(isEmpty(entry));
  const { draftKey, channel, place } = context;
  const text = entry.text ?? "";
  const open = focused && wanted && !form.sending;
  const others = () => alongside(form.command, form.shown, form.entries, place, option.name);
  const sought = entry.chosen ? "" : text;
  const { items, note } = useChoices({ channel, command: form.command, option, text: sought, place, open, others });
  const list = useList({
    id: "composer-options",
    items,
    open,
    start: option.autocomplete && !sought.trim() ? -1 : 0,
    onPick: ({ name, value }, { onward }) => {
      setWanted(false);
      settle(draftKey, option.name, { name, value }, { onward });
    },
    onClose: () => setWanted(false),
  });
  const onKeyDown = (event) => {
    if (list.onKey(event)) return;
    if (open || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    setWanted(true);
  };
  const sections = useMemo(() => [{ key: "all", title: option.name, items }], [option, items]);
  return html`
    <input
      class="composer-pill-input"
      type="text"
      role="combobox"
      aria-expanded=${list.shown ? "true" : "false"}
      size=${widthOf(text)}
      value=${text}
      readonly=${form.sending}
      ...${attributes}
      ...${list.described}
      onInput=${(event) => {
        setWanted(true);
        fill(draftKey, option.name, { text: event.currentTarget.value });
      }}
      onKeyDown=${onKeyDown}
      onClick=${() => setWanted(true)}
      onFocus=${() => setWanted(isEmpty(entry))}
    />
    <${Completion} ...${{ list, open, note, sections, view: itemView }} label="Options" />
  `;
}

const SIGNS = { role: "at", channel: "hash", thread: "thread" };

function itemView({ name, kind, bot }) {
  if (kind === "user") return { name, lead: html`<${Avatar} ...${{ name, bot }} size=${24} />` };
  return { name, lead: SIGNS[kind] && html`<${Icon} name=${SIGNS[kind]} size=${18} />` };
}

/** The place behind the last pill, where further options are looked for and added. */
export function More({ form, context, focused }) {
  const [text, setText] = useState("");
  const [wanted, setWanted] = useState(true);
  const { command, shown } = form;
  const items = useMemo(() => addable(command, shown, text), [command, shown, text]);
  const all = addable(command, shown).length;
  const open = focused && wanted && !form.sending;
  const list = useList({
    id: "composer-more",
    items,
    open,
    start: text.trim() ? 0 : -1,
    onPick: ({ name }) => {
      setText("");
      add(context.draftKey, name);
    },
    onClose: () => setWanted(false),
  });
  const onInput = ({ currentTarget: { value } }) => {
    const named = value.endsWith(":") && items.find((each) => each.name === value.slice(0, -1).trim().toLowerCase());
    setWanted(true);
    setText(named ? "" : value);
    if (named) add(context.draftKey, named.name);
  };
  const sections = useMemo(() => [{ key: "all", title: "Optional", items }], [items]);
  return html`
    <input
      class="composer-more"
      type="text"
      role="combobox"
      data-aim=${Aim.MORE}
      aria-label="More options"
      aria-expanded=${list.shown ? "true" : "false"}
      placeholder=${`+${all} more`}
      autocomplete="off"
      spellcheck=${false}
      size=${widthOf(text, 9)}
      value=${text}
      readonly=${form.sending}
      ...${list.described}
      onInput=${onInput}
      onKeyDown=${list.onKey}
      onClick=${() => setWanted(true)}
      onFocus=${() => setWanted(true)}
    />
    <${Completion}
      label="More options"
      note="No options match your search."
      ...${{ list, open, sections, view: moreView }}
    />
  `;
}

const moreView = ({ name, description }) => ({ name, detail: description });

// --- files -----------------------------------------------------------------------------------------------------------

/** A file's pill is a file input all over: it is clicked, or opened with Enter; drops are caught by the page. */
function FileInput({ option, entry, form, context, attributes }) {
  const picker = useRef(null);
  const { upload } = entry;
  const { draftKey, channel } = context;
  const named = `${attributes.id}-file`;
  const chosen = () => {
    attach(draftKey, channel, [...picker.current.files].slice(0, 1), option.name);
    picker.current.value = "";
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || upload) return;
    event.preventDefault();
    event.stopPropagation();
    picker.current.click();
  };
  return html`
    <span class=${classes("composer-file", { "composer-file-filled": upload })}>
      ${upload ? html`<${Chosen} upload=${upload} named=${named} />` : html`<${Unchosen} />`}
      <input
        class="composer-file-input"
        type="file"
        ref=${picker}
        title=${upload?.file.name ?? ""}
        disabled=${form.sending}
        ...${attributes}
        aria-required=${undefined}
        aria-describedby=${classes(upload && named, attributes["aria-describedby"]) || undefined}
        onChange=${chosen}
        onKeyDown=${onKeyDown}
      />
    </span>
  `;
}

/** A picture stands for itself: its name is only told, and shown by pointing at it. */
const Chosen = ({ upload, named }) => html`
  <${Thumbnail} upload=${upload} size=${20} />
  <span class=${upload.picture ? "visually-hidden" : "composer-file-name"} id=${named}>${upload.file.name}</span>
  <${Progress} upload=${upload} />
`;

const Unchosen = () => html`
  <${Icon} name="image" size=${18} />
  <span class="composer-file-hint">Drop a file or press Enter to choose</span>
`;
