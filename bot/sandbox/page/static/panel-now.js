// The tab «Now»: the bot's process, the clock, the provider's work, and the accounts of whom the page looks as.

import { bot, copy, finish, forward, newKey } from "./actions.js";
import { Icon } from "./icons.js";
import { html, useEffect, useState } from "./lib.js";
import { Act, Card, Empty, useNow } from "./panel-parts.js";
import { counted, masked, money, span } from "./panel-words.js";
import { me, useStore } from "./store.js";
import { say } from "./time.js";

const STEPS = [
  [60, "1 min"],
  [600, "10 min"],
  [3600, "1 h"],
  [86400, "1 day"],
];

export const Now = ({ behind }) => html`
  <${TheBot} bot=${behind.bot} />
  <${TheClock} moved=${behind.moved} />
  <${TheProvider} />
  <${Accounts} accounts=${behind.accounts} />
`;

function stateOf({ running, starting, connected }) {
  if (!running) return ["danger", "Not running"];
  if (starting) return ["warning", "Starting…"];
  return connected ? ["success", "Connected"] : ["warning", "Not connected"];
}

function TheBot({ bot: process }) {
  const { running, starts } = process;
  const [tone, words] = stateOf(process);
  return html`
    <${Card} title="The bot" aside=${starts ? `started ${counted(starts, "time")}` : "never started"}>
      <p class=${`panel-state panel-tone-${tone}`} role="status"><i class="panel-dot"></i>${words}</p>
      <div class="panel-row">
        <${Act} tone="success" disabled=${running} act=${() => bot("start")}>Start<//>
        <${Act} disabled=${!running} act=${() => bot("stop")}>Stop<//>
        <${Act} tone="danger" disabled=${!running} act=${() => bot("kill")}>Kill<//>
      </div>
      <p class="panel-hint">Stop lets it finish its steps, as a deployment does. Kill pulls the plug.</p>
    <//>
  `;
}

function TheClock({ moved }) {
  const now = useNow();
  return html`
    <${Card} title="The clock" aside=${moved > 0 && `${span(moved)} ahead`}>
      <p class="panel-clock">
        <time datetime=${new Date(now * 1000).toISOString()}>${say(now, "T", now)}</time>
        <span>${say(now, "D", now)}</span>
      </p>
      <div class="panel-row">
        ${STEPS.map(
          ([seconds, words]) => html`
            <${Act} key=${words} act=${() => forward(seconds)} label=${`+${words} on the clock`}>+${words}<//>
          `,
        )}
      </div>
      <p class="panel-hint">
        It moves for everybody, the bot included, which looks at its clock again within 20 seconds. It never goes back.
      </p>
    <//>
  `;
}

const TheProvider = () => html`
  <${Card} title="The provider’s work">
    <div class="panel-row"><${Act} act=${finish}>Finish everything at the provider<//></div>
    <p class="panel-hint">
      Trainings and pictures under way are ready at once. The bot sees it when it looks next, within half a minute.
    </p>
  <//>
`;

function Accounts({ accounts }) {
  const person = useStore(me);
  if (!person) return null;
  const own = accounts.filter((each) => each.name === person.name);
  return html`
    <${Card} title=${`${person.name}’s accounts at the provider`}>
      ${own.length
        ? html`<ul>${own.map((each) => html`<${Account} key=${each.key} account=${each} />`)}</ul>`
        : html`<${Empty}>None yet. Open one and give its key to the bot with <code>/key set</code>.<//>`}
      <div class="panel-row">
        <${Act} tone=${own.length ? "secondary" : "brand"} act=${newKey}>
          <${Icon} name="key" size=${16} />Open an account
        <//>
      </div>
      <p class="panel-hint">The money is make-believe, and the key opens nothing outside this sandbox.</p>
    <//>
  `;
}

/** An account. Its key is shown only where it cannot be copied. */
function Account({ account: { key, balance, spent, orders } }) {
  const [copied, setCopied] = useState(false);
  const [bare, setBare] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const take = async () => {
    const done = await copy(key, "The key is copied. Run /key set and paste it.");
    setCopied(done);
    setBare(!done);
  };
  return html`
    <li class="panel-account">
      <code class="panel-key">${bare ? key : masked(key)}</code>
      <${Act} act=${take} label="Copy the key">
        <${Icon} name=${copied ? "check" : "copy"} size=${16} />${copied ? "Copied" : "Copy"}
      <//>
      <span class="panel-money">${money(balance)} left, ${money(spent)} spent on ${counted(orders, "order")}</span>
    </li>
  `;
}
