// The page's own small dialogs: a new thread, the quick switcher, the keys, sample pictures.

import { startThread } from "./actions.js";
import { html, useState } from "./lib.js";
import { Samples } from "./samples.js";
import { closeDialog, Dialog } from "./shell-dialog.js";
import { Switcher } from "./shell-switcher.js";
import { here, useStore } from "./store.js";

const LONGEST_NAME = 100;

/** The open dialog, `store.dialog`; nothing when there is none. */
export function Dialogs() {
  const kind = useStore((now) => now.dialog?.kind);
  if (kind === "switcher") return html`<${Switcher} />`;
  if (kind === "thread") return html`<${NewThread} />`;
  if (kind === "samples") return html`<${Samples} />`;
  if (kind === "keys") return html`<${Keyboard} />`;
  return null;
}

function NewThread() {
  const channel = useStore((now) => here(now)?.channel);
  const [name, setName] = useState("");
  if (!channel) return null;
  const create = (event) => {
    event.preventDefault();
    if (!name.trim()) return;
    closeDialog();
    startThread(channel.id, name.trim());
  };
  return html`
    <${Dialog} title="New thread">
      <form onSubmit=${create}>
        <label class="dialog-field">
          <span>Name of the thread in #${channel.name}</span>
          <input
            type="text"
            required
            autofocus
            autocomplete="off"
            maxlength=${LONGEST_NAME}
            value=${name}
            onInput=${(event) => setName(event.currentTarget.value)}
          />
        </label>
        <div class="dialog-foot">
          <button type="button" class="dialog-button" onClick=${closeDialog}>Cancel</button>
          <button type="submit" class="dialog-button dialog-button-main" disabled=${!name.trim()}>Create thread</button>
        </div>
      </form>
    <//>
  `;
}

const onMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const KEYS = [
  [[onMac ? "⌘" : "Ctrl", "K"], "Go to a place or a person"],
  [["Alt", "↑ ↓"], "The place above or below"],
  [["F6"], "The next part of the page"],
  [["↑ ↓"], "In a list: from one to the next"],
  [["Shift", "F10"], "The menu of a message or a person"],
  [["/"], "Begin a command"],
  [["Enter"], "Send"],
  [["Shift", "Enter"], "A new line"],
  [["Esc"], "Close what is open; else to the newest message"],
];

const Keyboard = () => html`
  <${Dialog} title="Keyboard">
    <dl class="keys">
      ${KEYS.map(
        ([keys, words]) => html`
          <div>
            <dt>${keys.map((key) => html`<kbd class="keycap">${key}</kbd>`)}</dt>
            <dd>${words}</dd>
          </div>
        `,
      )}
    </dl>
  <//>
`;
