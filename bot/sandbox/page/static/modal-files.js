// A field of a form that takes files: dropped on it, pasted, or chosen. A file sets out at once; the form submits its
// word. What is taken is decided by `fields.js`.

import { filesOf } from "./drops.js";
import { admitted, countsOf, hint } from "./fields.js";
import { Icon } from "./icons.js";
import { bytes, classes, html, useEffect, useRef, useState } from "./lib.js";
import { offerSamples } from "./samples.js";
import { here } from "./store.js";
import { Upload } from "./upload.js";
import { Progress, Thumbnail } from "./upload-looks.js";

const TAKE = "modal-take-files";

/** Give files that were dropped or pasted elsewhere in a form to the field that is drawn in `element`. */
export const giveFiles = (element, files) =>
  element.querySelector(".upload").dispatchEvent(new CustomEvent(TAKE, { detail: files }));

/**
 * @param {object} props
 * @param {import("./fields.js").Field} props.field
 * @param {string} props.id        once in the page
 * @param {Upload[]} props.value
 * @param {function(Upload[]): void} props.onChange
 * @param {object} props.described   attributes of the group, such as `aria-describedby`
 */
export function FilesField({ field, id, value, onChange, described }) {
  const [, again] = useState({});
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState([]);
  const root = useRef(null);
  const input = useRef(null);
  const browse = useRef(null);
  const { most } = countsOf(field);
  const [size] = useState(() => here()?.channel.size ?? Infinity);
  const room = most - value.length;
  const weight = Number.isFinite(size) ? `, at most ${bytes(size)}${most > 1 ? " each" : ""}` : "";

  const take = (files) => {
    const found = admitted(files, { held: value.length, most, size });
    setRefused(found.refused);
    if (found.taken.length) onChange([...value, ...found.taken.map((each) => new Upload(each, () => again({})))]);
  };
  const takeSamples = (files) => {
    take(files);
    requestAnimationFrame(() => keepFocus(root.current));
  };
  const remove = (upload) => {
    upload.forget();
    setRefused([]);
    onChange(value.filter((each) => each !== upload));
    requestAnimationFrame(() => browse.current?.focus());
  };
  useTaken(root, take);

  const onDrop = (event) => {
    const files = filesOf(event.dataTransfer);
    setOver(false);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  };
  const onChosen = (event) => {
    take([...event.target.files]);
    event.target.value = "";
  };
  return html`
    <div
      class=${classes("upload", { "upload-over": over })}
      role="group"
      aria-labelledby=${`${id}-label`}
      ref=${root}
      ...${described}
      onDragOver=${() => setOver(true)}
      onDragLeave=${(event) => !root.current.contains(event.relatedTarget) && setOver(false)}
      onDrop=${onDrop}
    >
      <${Held} uploads=${value} onRemove=${remove} />
      ${room > 0 && html`
        <div class="upload-zone" onClick=${(event) => event.target.closest("button") || input.current.click()}>
          <${Icon} name="upload" size=${24} />
          <span class="upload-words">
            <span>Drop or paste ${most === 1 ? "a file" : value.length ? "more files" : "files"} here, or</span>
            <span class="upload-limit">${hint(field)}${weight}</span>
          </span>
          <div class="upload-buttons">
            <button type="button" class="upload-browse" ref=${browse} onClick=${() => input.current.click()}>
              Browse
            </button>
            <button type="button" class="upload-browse" onClick=${() => offerSamples(takeSamples)}>
              Sample pictures
            </button>
          </div>
        </div>
      `}
      <input type="file" hidden multiple=${most > 1} aria-label=${field.label} ref=${input} onChange=${onChosen} />
      <div aria-live="polite">${refused.map((each) => html`<p class="modal-problem">${each}</p>`)}</div>
    </div>
  `;
}

/** The button that had the focus is gone once there is no more room. */
const keepFocus = (element) => document.activeElement === document.body && element?.querySelector("button")?.focus();

/** Listen for files that the form gives. */
function useTaken(root, take) {
  const taking = useRef(take);
  taking.current = take;
  useEffect(() => {
    const element = root.current;
    const taken = (event) => taking.current(event.detail);
    element.addEventListener(TAKE, taken);
    return () => element.removeEventListener(TAKE, taken);
  }, []);
}

const Held = ({ uploads, onRemove }) =>
  uploads.length > 0 && html`
    <ul class="upload-files" aria-label="Files">
      ${uploads.map((each) => html`<${One} key=${each.id} upload=${each} onRemove=${() => onRemove(each)} />`)}
    </ul>
  `;

function One({ upload, onRemove }) {
  const { file, failed } = upload;
  return html`
    <li class=${classes("upload-file", { "upload-failed": failed })}>
      <span class="upload-picture"><${Thumbnail} upload=${upload} size=${24} /></span>
      <span class="upload-words">
        <span class="upload-name" title=${file.name}>${file.name}</span>
        <span class="upload-limit">${failed ? "Did not arrive; sent again with the form" : bytes(file.size)}</span>
        <${Progress} upload=${upload} />
      </span>
      <button type="button" class="upload-remove" aria-label=${`Remove ${file.name}`} onClick=${onRemove}>
        <${Icon} name="trash" size=${20} />
      </button>
    </li>
  `;
}
