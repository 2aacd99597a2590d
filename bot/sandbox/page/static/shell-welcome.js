// How a conversation begins: what place this is, and, where nothing was said yet, what to try.

import { compose, install } from "./actions.js";
import { Avatar } from "./avatar.js";
import { findCommand, flatten, helpsToInstall, whyNone } from "./commands.js";
import { Icon } from "./icons.js";
import { Place, signOf } from "./kinds.js";
import { html, useMemo } from "./lib.js";
import { channels, me, nameOf, useStore } from "./store.js";

const TRIED_FIRST = ["/key set", "/train subject", "/imagine", "/help"];
const MOST_TRIED = 3;
const AND = new Intl.ListFormat("en-GB", { type: "conjunction" });

export function Welcome({ channel, guild, empty }) {
  const words = useStore((now) => begins({ channel, guild }, now));
  const [title, text] = words.split("\n");
  return html`
    <div class="welcome">
      <${Emblem} channel=${channel} />
      <h2>${title}</h2>
      <p>${text}</p>
      ${empty && html`<${Tries} channel=${channel} guild=${guild} />`}
    </div>
  `;
}

/** A title and a sentence, on a line each. */
export function begins({ channel, guild }, now) {
  const { type, name, parent, recipients } = channel;
  if (type === Place.DM) return `${name}\nThis is the beginning of your private messages with ${name}.`;
  if (type === Place.GROUP) {
    const others = recipients.map((id) => nameOf(id, now));
    return `${name}\nThis is the beginning of your group with ${AND.format(others)}.`;
  }
  if (type === Place.THREAD) {
    const of = channels(now).find((each) => each.channel.id === parent)?.channel.name;
    return `${name}\nThis is the beginning of the thread ${name}${of ? ` of #${of}` : ""}.`;
  }
  return `Welcome to #${name}!\nThis is the beginning of #${name} in ${guild.name}.`;
}

function Emblem({ channel }) {
  const app = useStore((now) => now.world.app.id);
  const { type, name, recipients } = channel;
  const [other] = recipients;
  if (type === Place.DM) return html`<${Avatar} name=${name} bot=${other === app} size=${68} />`;
  return html`<span class="welcome-emblem"><${Icon} name=${signOf(type)} size=${40} /></span>`;
}

/** What to try first: commands that are offered here; where there are none, why, and what helps. */
function Tries({ channel, guild }) {
  const commands = useStore((now) => now.commands[channel.id]);
  const app = useStore((now) => now.world.app);
  const installed = useStore((now) => me(now).installed);
  const offered = useMemo(() => (commands ? flatten(commands) : null), [commands]);
  if (!offered) return null;
  if (!offered.length) {
    return html`
      <p class="welcome-hint">${whyNone({ channel, guild, app, installed })}</p>
      ${helpsToInstall({ channel, guild, app, installed }) &&
      html`<button type="button" class="welcome-try" onClick=${() => install(true)}>Carry ${app.name} along</button>`}
    `;
  }
  const paths = TRIED_FIRST.filter((path) => findCommand(offered, path)).slice(0, MOST_TRIED);
  const end = paths.length ? ", or begin with one of these:" : ".";
  return html`
    <p class="welcome-hint">Type <kbd class="keycap">/</kbd> to see what ${app.name} can do${end}</p>
    <div class="welcome-tries">
      ${paths.map((path) => html`<${Try} key=${path} path=${path} />`)}
    </div>
  `;
}

const Try = ({ path }) => html`
  <button type="button" class="welcome-try" onClick=${() => compose(path)}>${path}</button>
`;
