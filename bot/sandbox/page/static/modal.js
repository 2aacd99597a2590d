// The form that an interaction opened: over everything, until it is submitted or left. Its fields are drawn by
// `modal-fields.js`; what is valid, and what is submitted, is decided by `fields.js`.

import { submit } from "./actions.js";
import { Avatar } from "./avatar.js";
import { Dots } from "./dots.js";
import { filesOf } from "./drops.js";
import { allAtFirst, countsOf, fieldsOf, isTouched, partsOf, problems, submitted } from "./fields.js";
import { Icon } from "./icons.js";
import { classes, html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./lib.js";
import { Markdown } from "./markdown.js";
import { Field } from "./modal-fields.js";
import { giveFiles } from "./modal-files.js";
import { useLayer } from "./shell-layer.js";
import { get, here, set, useStore } from "./store.js";

const TITLE = "modal-title";
const CONTROL = "input:not([hidden], :disabled), textarea, button:not(:disabled)";

/** The open form, if there is one. */
export function Modal() {
  const modal = useStore((now) => now.modal);
  return modal ? html`<${Form} key=${modal.interaction} modal=${modal} />` : null;
}

const close = () => set({ modal: null });

function Form({ modal }) {
  const parts = useMemo(() => partsOf(modal.components), [modal.components]);
  const fields = useMemo(() => fieldsOf(parts), [parts]);
  const [first] = useState(() => allAtFirst(fields, here(), get()));
  const [values, setValues] = useState(first);
  const [tried, setTried] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const { sending, refusal, send } = useSending(modal, fields, values);
  const dialog = useRef(null);
  const wrong = tried ? problems(fields, values) : {};

  const element = (field) => dialog.current.querySelectorAll(".modal-field")[fields.indexOf(field)];
  const put = (id, value) => setValues((now) => ({ ...now, [id]: value }));
  const leave = () => {
    if (sending) return;
    if (isTouched(fields, values, first)) setLeaving(true);
    else close();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    setTried(true);
    const found = problems(fields, values);
    const worst = fields.find((each) => found[each.id]);
    if (!worst) return send();
    focusIn(element(worst));
    return requestAnimationFrame(() => element(worst).scrollIntoView({ block: "nearest" }));
  };

  useForgetting(fields, values);
  useLayer(dialog, leaving ? () => setLeaving(false) : leave);
  useLayoutEffect(() => focusIn(dialog.current.querySelector(".modal-field, .modal-footer")), []);
  const veil = useVeil(leave);
  const files = useFiles(fields, values, element);

  return html`
    <dialog class="modal" role="dialog" aria-modal="true" aria-labelledby=${TITLE} ref=${dialog} ...${veil} ...${files}>
      <form class="modal-card" novalidate aria-busy=${sending ? "true" : undefined} onSubmit=${onSubmit}>
        <${Header} modal=${modal} onClose=${leave} />
        <div class="modal-body" tabIndex=${fields.length ? undefined : 0} role="group" aria-labelledby=${TITLE}>
          <${Warning} app=${modal.app} />
          ${parts.map((part, at) => html`<${Part} key=${at} at=${at} ...${{ part, values, wrong, put }} />`)}
        </div>
        <div class="modal-refusal" role="alert">
          ${refusal && html`<${Icon} name="warning" size=${20} /><span>${refusal}</span>`}
        </div>
        <${Footer} hidden=${leaving} sending=${sending} />
        ${leaving && html`<${Leaving} onStay=${() => setLeaving(false)} />`}
      </form>
    </dialog>
  `;
}

const Header = ({ modal, onClose }) => html`
  <div class="modal-header">
    <${Avatar} name=${modal.app} bot size=${40} />
    <div class="modal-heading">
      <h2 class="modal-title" id=${TITLE}>${modal.title}</h2>
      <p class="modal-app">${modal.app}</p>
    </div>
    <button type="button" class="shell-button modal-close" aria-label="Close" onClick=${onClose}>
      <${Icon} name="close" />
    </button>
  </div>
`;

const Warning = ({ app }) => html`
  <p class="modal-warning">
    <${Icon} name="warning" size=${18} />
    <span>
      This form will be submitted to <strong>${app}</strong>. Do not share passwords or other sensitive information.
    </span>
  </p>
`;

function Part({ part, at, values, wrong, put }) {
  const { field, text, unknown } = part;
  if (field) {
    const its = { value: values[field.id], wrong: wrong[field.id], onChange: (value) => put(field.id, value) };
    return html`<${Field} id=${`modal-${at}`} field=${field} ...${its} />`;
  }
  if (text !== undefined) return html`<div class="modal-text"><${Markdown} text=${text} /></div>`;
  return html`
    <p class="modal-unknown">${unknown ? `“${unknown}”` : "A part of this form"} cannot be shown in this client.</p>
  `;
}

const Footer = ({ hidden, sending }) => html`
  <div class="modal-footer" hidden=${hidden}>
    <button type="button" class="modal-button" disabled=${sending} onClick=${close}>Cancel</button>
    <button
      type="submit"
      class=${classes("modal-button", "modal-button-main", { "modal-sending": sending })}
      aria-disabled=${sending ? "true" : undefined}
      aria-label=${sending ? "Submitting" : undefined}
    >
      <span class="modal-button-words">Submit</span>
      ${sending && html`<${Dots} />`}
    </button>
  </div>
`;

/** Asked before what was typed is lost; whoever stays is back where they were. */
function Leaving({ onStay }) {
  const stay = useRef(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    stay.current.focus();
    return () => requestAnimationFrame(() => before.current.isConnected && before.current.focus());
  }, []);
  return html`
    <div class="modal-footer modal-leaving" role="group" aria-labelledby="modal-leaving">
      <p id="modal-leaving">Discard what you typed?</p>
      <button type="button" class="modal-button" ref=${stay} onClick=${onStay}>Keep editing</button>
      <button type="button" class="modal-button modal-button-danger" onClick=${close}>Discard</button>
    </div>
  `;
}

/** Submitting, once at a time: files first, then what is filled in. `refusal`: why it was not taken. */
function useSending(modal, fields, values) {
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState(null);
  const under = useRef(false); // known at once, unlike `sending`
  const send = async () => {
    if (under.current) return;
    under.current = true;
    setSending(true);
    setRefusal(null);
    try {
      setRefusal(await sent());
    } finally {
      under.current = false;
      setSending(false);
    }
  };
  const sent = async () => {
    const uploads = uploadsOf(fields, values);
    await Promise.all(uploads.map((each) => each.arrived()));
    const missing = uploads.find((each) => !each.word);
    if (missing) return `“${missing.file.name}” did not arrive. Try again.`;
    return submit(modal.interaction, submitted(fields, values));
  };
  return { sending, refusal, send };
}

const uploadsOf = (fields, values) => fields.filter((each) => each.kind === "files").flatMap(({ id }) => values[id]);

/** Give back what the browser keeps of the files once the form is gone. */
function useForgetting(fields, values) {
  const last = useRef(values);
  last.current = values;
  useEffect(() => () => uploadsOf(fields, last.current).forEach((each) => each.forget()), []);
}

/** Focus the first control of a part of a form, or the one that is chosen there. */
const focusIn = (part) => (part.querySelector("[type=radio]:checked") ?? part.querySelector(CONTROL))?.focus();

/** A press on the veil leaves, if it also began there. */
function useVeil(leave) {
  const began = useRef(false);
  return {
    onMouseDown: (event) => {
      began.current = event.target === event.currentTarget;
      if (began.current) event.preventDefault(); // the focus stays where it is
    },
    onClick: (event) => began.current && event.target === event.currentTarget && leave(),
  };
}

/** Files that are dropped beside their field, or pasted, go to the first field that has room. */
function useFiles(fields, values, element) {
  const give = (event, transfer) => {
    const files = filesOf(transfer);
    const taking = fields.filter((each) => each.kind === "files");
    const field = taking.find((each) => values[each.id].length < countsOf(each).most) ?? taking[0];
    if (event.defaultPrevented || !files.length || !field) return;
    event.preventDefault();
    giveFiles(element(field), files);
  };
  return {
    onDragOver: (event) => event.preventDefault(),
    onDrop: (event) => give(event, event.dataTransfer),
    onPaste: (event) => give(event, event.clipboardData),
  };
}
