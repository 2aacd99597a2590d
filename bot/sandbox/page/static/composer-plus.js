// The "+" beside the message box: a small menu of where files can come from.

import { html, useRef, useState } from "./lib.js";
import { attach, attachChosen } from "./composer-drafts.js";
import { Icon } from "./icons.js";
import { offerSamples } from "./samples.js";
import { above, Item, Menu } from "./shell-menu.js";

/** @param {{draftKey: string, channel: object}} props */
export function PlusButton({ draftKey, channel }) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const picker = useRef(null);
  const close = () => setOpen(false);
  const then = (act) => () => {
    close();
    act();
  };
  const place = (size, screen) => above(button.current.getBoundingClientRect(), size, screen);
  const sample = () => offerSamples((files) => attachChosen(draftKey, channel, files));
  const onChange = ({ currentTarget }) => {
    attach(draftKey, channel, [...currentTarget.files]);
    currentTarget.value = "";
  };
  return html`
    <button
      type="button"
      class="composer-button composer-plus"
      ref=${button}
      aria-label="Add files"
      aria-haspopup="menu"
      aria-expanded=${String(open)}
      onClick=${() => setOpen(!open)}
    >
      <${Icon} name="plus" />
    </button>
    <input type="file" multiple hidden ref=${picker} data-picker onChange=${onChange} />
    ${open && html`
      <${Menu} label="Add files" place=${place} anchor=${button} onClose=${close}>
        <${Item} icon="upload" onChoose=${then(() => picker.current.click())}>Upload files<//>
        <${Item} icon="image" onChoose=${then(sample)}>Sample pictures<//>
      <//>
    `}
  `;
}
