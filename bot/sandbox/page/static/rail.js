// The rail: private messages and servers, as round icons. Choosing one opens the place of it that was open last.

import { openPlace } from "./actions.js";
import { Icon } from "./icons.js";
import { classes, html } from "./lib.js";
import { along } from "./shell-focus.js";
import { channels, get, here, useStore } from "./store.js";

/** "The Atelier" → "TA": the first letters of up to three words. */
export const initials = (name) =>
  name
    .trim()
    .split(/\s+/, 3)
    .map(([first]) => first)
    .join("");

/** Open a server (null: the private messages) where one was last, else at its first place. */
function enter(guild) {
  const places = channels().filter((each) => (each.guild?.id ?? null) === guild);
  const ids = places.map(({ channel }) => channel.id);
  const place = get().visited.find((each) => ids.includes(each)) ?? ids[0];
  if (place) openPlace(place, { stay: true });
}

export function Rail() {
  const guilds = useStore((now) => now.world.guilds);
  const home = useStore((now) => now.world.private);
  const open = useStore((now) => here(now)?.guild?.id ?? null);
  return html`
    <nav class="rail" aria-label="Servers" data-area onKeyDown=${(event) => along(event, "button")}>
      <${Place} id=${null} name="Private messages" places=${home} open=${open}><${Icon} name="chat" size=${24} /><//>
      <div class="rail-line"></div>
      ${guilds.map(
        ({ id, name, channels: places }) => html`
          <${Place} key=${id} id=${id} name=${name} places=${places} open=${open}>${initials(name)}<//>
        `,
      )}
    </nav>
  `;
}

function Place({ id, name, places, open, children }) {
  const unread = useStore((now) => places.some((each) => now.unread[each.id]));
  const calls = useStore((now) => places.reduce((sum, each) => sum + (now.mentions[each.id] ?? 0), 0));
  const selected = id === open;
  const told = calls ? `, ${calls} ${calls === 1 ? "mention" : "mentions"}` : unread ? ", unread messages" : "";
  return html`
    <div class=${classes("rail-place", { "rail-place-open": selected, "rail-place-unread": unread })}>
      <span class="rail-pill"></span>
      <button
        type="button"
        class="rail-icon"
        aria-label=${name + told}
        aria-current=${selected ? "true" : undefined}
        data-tip=${name}
        data-side="right"
        onClick=${() => enter(id)}
      >
        ${children}
        ${calls > 0 && html`<span class="rail-badge" aria-hidden="true">${calls > 99 ? "99+" : calls}</span>`}
      </button>
    </div>
  `;
}
