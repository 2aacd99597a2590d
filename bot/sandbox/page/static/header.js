// The bar above the messages: which place it is, and what is opened beside it.

import { setTheme, watch } from "./actions.js";
import { Icon } from "./icons.js";
import { Place, signOf } from "./kinds.js";
import { classes, html } from "./lib.js";
import { MIDDLING, NARROW, useMedia } from "./shell-media.js";
import { channels, nameOf, set, useStore } from "./store.js";

/** What a place is, in a few words: its own, where it has some. */
export function hintOf({ channel, guild }, now) {
  const { app } = now.world;
  const { type, parent, recipients, nsfw, topic } = channel;
  if (topic) return topic;
  if (type === Place.DM) return recipients.includes(app.id) ? "Only you two can see this" : `You and ${channel.name}`;
  if (type === Place.GROUP) return `${recipients.map((id) => nameOf(id, now)).join(", ")} and you`;
  if (type === Place.THREAD) return threadHint(channels(now).find((each) => each.channel.id === parent)?.channel);
  const here = guild.bot ? `${app.name} is a member of ${guild.name}` : `${app.name} is not a member of ${guild.name}`;
  return nsfw ? `Age-restricted · ${here}` : here;
}

const threadHint = (parent) => (parent ? `A thread of #${parent.name}` : "A thread");

export function Header({ channel, guild }) {
  const hint = useStore((now) => hintOf({ channel, guild }, now));
  const drawer = useStore((now) => now.drawer);
  const members = useStore((now) => now.members);
  const panel = useStore((now) => now.panel);
  const narrow = useMedia(NARROW);
  const beside = useMedia(MIDDLING);
  const listed = members && !(panel && beside);
  const toggleMembers = () => {
    if (!listed && panel && beside) watch(false);
    set({ members: !listed });
  };
  return html`
    <header class="header">
      ${narrow &&
      html`<button
        type="button"
        class="shell-button"
        aria-label="Channels"
        aria-expanded=${String(drawer)}
        onClick=${() => set({ drawer: !drawer })}
      >
        <${Icon} name="menu" size=${24} />
      </button>`}
      <span class="header-kind"><${Icon} name=${signOf(channel.type)} size=${22} /></span>
      <h1 title=${channel.name}>${channel.name}</h1>
      <div class="header-about"><p class="header-hint" title=${hint}>${hint}</p></div>
      <${Behind} open=${panel} />
      ${channel.may.thread && html`<${Tool} icon="thread" name="New thread" onPress=${askForThread} />`}
      <${Tool} icon="people" name="Members" open=${listed} onPress=${toggleMembers} />
      ${!narrow && html`<${Theme} />`}
    </header>
  `;
}

const askForThread = () => set({ dialog: { kind: "thread" } });

/** A button of the bar; with `open` it says whether what it opens is there. */
function Tool({ icon, name, open, onPress }) {
  return html`
    <button
      type="button"
      class=${classes("shell-button", { "shell-button-on": open })}
      aria-label=${name}
      aria-expanded=${open === undefined ? undefined : String(open)}
      data-tip=${name}
      onClick=${onPress}
    >
      <${Icon} name=${icon} size=${22} />
    </button>
  `;
}

const BOT = { online: "is online", starting: "starts", offline: "is offline" };

/** How the bot is. What is told behind the scenes is only current while one looks there. */
function botState({ connection, world, panel, behind }) {
  if (connection !== "open") return "offline";
  if (world.app.online) return "online";
  return panel && behind?.bot.starting ? "starting" : "offline";
}

/** The button of the panel, with a dot that says how the bot is. */
function Behind({ open }) {
  const name = useStore((now) => now.world.app.name);
  const state = useStore(botState);
  const words = `${name} ${BOT[state]}`;
  return html`
    <button
      type="button"
      class=${classes("shell-button header-behind", { "shell-button-on": open })}
      aria-label="Behind the scenes"
      aria-describedby="header-bot"
      aria-expanded=${String(open)}
      data-tip=${`Behind the scenes: ${words}`}
      onClick=${() => watch(!open)}
    >
      <span class="header-behind-sign">
        <${Icon} name="bolt" size=${22} />
        <span class=${`header-bot header-bot-${state}`}></span>
      </span>
      <span class="header-behind-words">Behind the scenes</span>
    </button>
    <span class="visually-hidden" id="header-bot">${words}</span>
  `;
}

function Theme() {
  const theme = useStore((now) => now.theme);
  const [other, icon] = theme === "dark" ? ["light", "sun"] : ["dark", "moon"];
  return html`<${Tool} icon=${icon} name=${`Switch to the ${other} theme`} onPress=${() => setTheme(other)} />`;
}
