// Sample pictures, for whoever has none at hand: a dialog with sets of them, drawn by the sandbox. What is taken comes
// out as files like any others; what becomes of them is decided by who opened the dialog.

import { Icon } from "./icons.js";
import { bytes, classes, html, useEffect, useState } from "./lib.js";
import { closeDialog, Dialog } from "./shell-dialog.js";
import { get, set, useStore } from "./store.js";

/**
 * @typedef {object} Sample       of samples.json (samples.py)
 * @property {string} name
 * @property {number} size
 * @property {string} address
 * @property {boolean} picture    a browser may draw it
 * @property {string} about       what is wrong with it; empty for a good one
 *
 * @typedef {{title: string, about: string, files: Sample[]}} SampleSet
 */

/**
 * Open the dialog.
 * @param {function(File[]): void} onTake   called once the dialog is gone and the focus is back where it was
 */
export const offerSamples = (onTake) => set({ dialog: { kind: "samples", onTake } });

/** "6 files, 280 KB" */
export function weightOf(files) {
  const weight = files.reduce((sum, each) => sum + each.size, 0);
  return `${files.length === 1 ? "1 file" : `${files.length} files`}, ${bytes(weight)}`;
}

/** The chosen samples with this one among them, or without it when it was. */
export const toggled = (chosen, sample) =>
  chosen.includes(sample) ? chosen.filter((each) => each !== sample) : [...chosen, sample];

// --- from the sandbox ------------------------------------------------------------------------------------------------

async function got(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

/** @returns {Promise<SampleSet[]>} */
const allSets = async () => (await (await got("/samples.json")).json()).sets;

/** A sample as a file of the person's own. */
async function fileOf({ name, address }) {
  const blob = await (await got(address)).blob();
  return new File([blob], name, { type: blob.type });
}

// --- the dialog ------------------------------------------------------------------------------------------------------

export function Samples() {
  const onTake = useStore((now) => now.dialog?.onTake);
  const [sets, setSets] = useState(null);
  const [chosen, choose] = useState([]);
  const [taking, setTaking] = useState(false);
  const [failed, setFailed] = useState(false);
  const attempt = (promise) => promise.catch(() => setFailed(true));
  useEffect(() => void attempt(allSets().then(setSets)), []);

  const take = async (files) => {
    if (taking) return;
    setTaking(true);
    setFailed(false);
    const taken = await attempt(Promise.all(files.map(fileOf)));
    setTaking(false);
    if (!taken || get().dialog?.onTake !== onTake) return; // or it was left meanwhile
    closeDialog();
    setTimeout(() => onTake(taken)); // the dialog is gone by then
  };
  const toggle = (sample) => choose(toggled(chosen, sample));
  return html`
    <${Dialog} title="Sample pictures" class="samples">
      <p class="samples-about">Drawn by the sandbox. Take a whole set, or choose among all of them.</p>
      <div class="samples-sets" aria-busy=${sets || failed ? "false" : "true"}>
        ${sets?.map((each) => html`<${Card} key=${each.title} set=${each} ...${{ chosen, toggle, take }} />`)}
        <p class="samples-note" role="status">${sets || failed ? "" : "The samples are being drawn…"}</p>
        <p class="samples-note samples-failed" role="alert">
          ${failed && (sets ? "They did not arrive. Try again." : "The sandbox does not answer.")}
        </p>
      </div>
      <div class="dialog-foot samples-foot">
        <span class="samples-weight" role="status">${chosen.length > 0 && weightOf(chosen)}</span>
        <button type="button" class="dialog-button" onClick=${closeDialog}>Cancel</button>
        <button
          type="button"
          class="dialog-button dialog-button-main"
          disabled=${!chosen.length}
          onClick=${() => take(chosen)}
        >
          Take chosen
        </button>
      </div>
    <//>
  `;
}

function Card({ set: { title, about, files }, chosen, toggle, take }) {
  const drawn = files.every((each) => each.picture);
  const id = `samples-${files[0].address.split("/").at(-2)}`;
  return html`
    <section class="samples-set" aria-labelledby=${id}>
      <div class="samples-head">
        <div class="samples-words">
          <h3 id=${id}>${title}</h3>
          <p>${about}</p>
        </div>
        <button type="button" class="samples-take" onClick=${() => take(files)}>Take ${lowered(title)}</button>
      </div>
      <ul class=${drawn ? "samples-pictures" : "samples-files"}>
        ${files.map((each) => html`
          <li key=${each.name}>
            <${Toggle} sample=${each} plain=${!drawn} on=${chosen.includes(each)} onToggle=${() => toggle(each)} />
          </li>
        `)}
      </ul>
    </section>
  `;
}

const lowered = (title) => title[0].toLowerCase() + title.slice(1);

/** One file, chosen or not: a picture as itself, `plain` with its name and what is wrong with it. */
const Toggle = ({ sample: { name, address, picture, about }, plain, on, onToggle }) => html`
  <button
    type="button"
    class=${classes("samples-one", { "samples-one-plain": plain })}
    aria-pressed=${String(on)}
    aria-label=${plain ? undefined : name}
    title=${plain ? undefined : name}
    onClick=${onToggle}
  >
    <span class="samples-face">
      ${picture ? html`<img src=${address} alt="" />` : html`<${Icon} name="file" size=${24} />`}
    </span>
    ${plain && html`
      <span class="samples-words">
        <span class="samples-name">${name}</span>
        <span class="samples-wrong">${about}</span>
      </span>
    `}
    ${on && html`<span class="samples-mark"><${Icon} name="check" size=${14} /></span>`}
  </button>
`;
