// Fields of a form, drawn: each with its label, its description, its control and what is wrong with it. What is valid
// is decided by `fields.js`.

import { countsOf, hint, isParagraph, lengthOf, lengthsOf } from "./fields.js";
import { Icon } from "./icons.js";
import { classes, html } from "./lib.js";
import { FilesField } from "./modal-files.js";
import { Select } from "./select.js";

const NEAR = 200; // characters left from which a field of the greatest length counts them
const ROWS = 3;

/**
 * @param {object} props
 * @param {import("./fields.js").Field} props.field
 * @param {string} props.id        once in the page
 * @param {*} props.value
 * @param {string} [props.wrong]   what is wrong with it, in a sentence
 * @param {function(*): void} props.onChange
 */
export function Field({ field, id, value, wrong, onChange }) {
  const { kind, label, description } = field;
  const Control = CONTROLS[kind];
  const more = kind === "files" ? "" : hint(field);
  const told = [description && `${id}-description`, more && `${id}-hint`, wrong && `${id}-problem`];
  const described = { "aria-describedby": told.filter(Boolean).join(" ") || undefined };
  const control = html`<${Control} ...${{ field, id, value, wrong, onChange, described }} />`;
  const words = html`
    <${Label} id=${id} field=${field} />
    ${description && html`<p class="modal-description" id=${`${id}-description`}>${description}</p>`}
    ${more && html`<p class="modal-description" id=${`${id}-hint`}>${more}</p>`}
  `;
  return html`
    <div class=${classes("modal-field", `modal-field-${kind}`)} data-field=${field.id}>
      ${kind === "check"
        ? html`<div class="modal-alone">${control}<div class="modal-alone-words">${words}</div></div>`
        : [words, control]}
      <div class="modal-below">
        <p class="modal-problem" id=${`${id}-problem`} role="alert">
          ${wrong && html`<${Icon} name="warning" size=${16} /><span>${wrong}</span>`}
        </p>
        ${kind === "text" && html`<${Counter} field=${field} text=${value} />`}
      </div>
    </div>
  `;
}

/** Several controls have a text for a label; one alone has a label proper. */
function Label({ id, field: { kind, label, required } }) {
  const look = classes("modal-label", { "modal-label-required": required });
  const own = kind === "text" || kind === "check";
  return own
    ? html`<label class=${look} id=${`${id}-label`} for=${id}>${label}</label>`
    : html`<div class=${look} id=${`${id}-label`}>${label}</div>`;
}

function Counter({ field, text }) {
  const { most } = lengthsOf(field);
  const count = lengthOf(text);
  if (!field.component.max_length && most - count > NEAR) return null;
  return html`
    <span class=${classes("modal-counter", { "modal-counter-over": count > most })}>
      <span aria-hidden="true">${count}/${most}</span>
      <span class="visually-hidden">${count} of at most ${most} characters</span>
    </span>
  `;
}

function TextField({ field, id, value, wrong, onChange, described }) {
  const shared = {
    id,
    value,
    class: "modal-input",
    placeholder: field.component.placeholder,
    "aria-required": field.required ? "true" : undefined,
    "aria-invalid": wrong ? "true" : undefined,
    autocomplete: "off",
    onInput: (event) => onChange(event.target.value),
    ...described,
  };
  return isParagraph(field)
    ? html`<textarea rows=${ROWS} ...${shared}></textarea>`
    : html`<input type="text" ...${shared} />`;
}

const SelectField = ({ field, wrong, onChange, described }) => html`
  <${Select}
    form
    component=${field.component}
    label=${field.label}
    onChoose=${onChange}
    described=${{
      ...described,
      "aria-required": field.required ? "true" : undefined,
      "aria-invalid": wrong ? "true" : undefined,
    }}
  />
`;

function RadioField({ field, id, value, wrong, onChange, described }) {
  const { options } = field.component;
  return html`
    <div
      class="modal-options"
      role="radiogroup"
      aria-labelledby=${`${id}-label`}
      aria-required=${field.required ? "true" : undefined}
      aria-invalid=${wrong ? "true" : undefined}
      ...${described}
    >
      ${options.map((option, at) => html`
        <${Option}
          type="radio"
          name=${id}
          id=${`${id}-${at}`}
          option=${option}
          checked=${value === option.value}
          onChange=${() => onChange(option.value)}
        />
      `)}
    </div>
    ${!field.required && value !== null && html`
      <button type="button" class="modal-clear" onClick=${(event) => clear(event, onChange)}>Choose none</button>
    `}
  `;
}

/** The button goes; the focus stays in its group. */
function clear(event, onChange) {
  event.currentTarget.closest(".modal-field").querySelector("input").focus();
  onChange(null);
}

function ChecksField({ field, id, value, onChange, described }) {
  const full = value.length >= countsOf(field).most;
  const { options } = field.component;
  const flip = (option) =>
    onChange(options.map((each) => each.value).filter((each) => value.includes(each) !== (each === option.value)));
  return html`
    <div class="modal-options" role="group" aria-labelledby=${`${id}-label`} ...${described}>
      ${options.map((option, at) => html`
        <${Option}
          type="checkbox"
          id=${`${id}-${at}`}
          option=${option}
          checked=${value.includes(option.value)}
          disabled=${full && !value.includes(option.value)}
          onChange=${() => flip(option)}
        />
      `)}
    </div>
  `;
}

function Option({ type, name, id, option, checked, disabled, onChange }) {
  const { label, description } = option;
  return html`
    <label class=${classes("modal-option", { "modal-option-off": disabled })}>
      <input
        class=${`modal-${type}`}
        type=${type}
        name=${name}
        checked=${checked}
        disabled=${disabled}
        aria-labelledby=${`${id}-label`}
        aria-describedby=${description ? `${id}-description` : undefined}
        onChange=${onChange}
      />
      <span class="modal-option-words">
        <span class="modal-option-label" id=${`${id}-label`}>${label}</span>
        ${description && html`<span class="modal-description" id=${`${id}-description`}>${description}</span>`}
      </span>
    </label>
  `;
}

const CheckField = ({ id, value, onChange, described }) => html`
  <input
    class="modal-checkbox"
    type="checkbox"
    id=${id}
    checked=${value}
    onChange=${(event) => onChange(event.target.checked)}
    ...${described}
  />
`;

const CONTROLS = {
  text: TextField,
  select: SelectField,
  files: FilesField,
  radio: RadioField,
  checks: ChecksField,
  check: CheckField,
};
