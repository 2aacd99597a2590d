// Who the window looks as, at the foot of the list of places; the menu there changes it, and the person's settings.

import { be, install, receive, setTheme, watch } from "./actions.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { html, useRef, useState } from "./lib.js";
import { Face } from "./shell-face.js";
import { above, Group, Item, Menu } from "./shell-menu.js";
import { me, set, useStore } from "./store.js";

export function Person() {
  const person = useStore(me);
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const place = (size, screen) => above(button.current.getBoundingClientRect(), size, screen);
  const close = () => setOpen(false);
  const { name, about } = person;
  return html`
    <section class="person" aria-label="You" data-area>
      <button
        type="button"
        class="person-button"
        ref=${button}
        aria-label=${`Look as somebody else; you are ${name}, ${about}`}
        aria-haspopup="menu"
        aria-expanded=${String(open)}
        title=${about}
        onClick=${() => setOpen(!open)}
      >
        <${Face} name=${name} />
        <span class="sidebar-lines">
          <span class="person-name">${name}</span>
          <span class="sidebar-detail">${about}</span>
        </span>
        <${Icon} name="down" size=${18} />
      </button>
      ${open &&
      html`<${Menu} label="You" place=${place} anchor=${button} onClose=${close}><${Choices} close=${close} /><//>`}
    </section>
  `;
}

/** What is switched stays in sight; what leads elsewhere closes the menu. */
function Choices({ close }) {
  const { id: mine, installed, dms } = useStore(me);
  const people = useStore((now) => now.world.people);
  const app = useStore((now) => now.world.app.name);
  const theme = useStore((now) => now.theme);
  const panel = useStore((now) => now.panel);
  const turn = () => setTheme(theme === "light" ? "dark" : "light");
  const then = (act) => () => {
    close();
    act();
  };
  return html`
    <${Group} title="Look as">
      ${people.map(
        ({ id, name, about }) => html`
          <${Item} key=${id} mark="radio" checked=${id === mine} onChoose=${then(() => id !== mine && be(id))}>
            <${Avatar} name=${name} size=${24} />
            <span class="menu-two">
              <span>${name}</span>
              <span class="menu-detail">${about}</span>
            </span>
          <//>
        `,
      )}
    <//>
    <${Group} label="Your settings">
      <${Item} mark="checkbox" checked=${installed} onChoose=${() => install(!installed)}>Carry ${app} along<//>
      <${Item} mark="checkbox" checked=${dms} onChoose=${() => receive(!dms)}>Private messages from apps<//>
    <//>
    <${Group} label="The page">
      <${Item} mark="checkbox" checked=${theme === "light"} onChoose=${turn}>Light theme<//>
      <${Item} mark="checkbox" checked=${panel} onChoose=${then(() => watch(!panel))}>Behind the scenes<//>
      <${Item} icon="keyboard" onChoose=${then(() => set({ dialog: { kind: "keys" } }))}>Keyboard<//>
    <//>
  `;
}
