// The message box itself: plain text and files, and the list of commands while the text begins with a slash.

import { classes, html, useMemo, useState } from "./lib.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { get, me, useStore } from "./store.js";
import { install, toast } from "./actions.js";
import { byApp, helpsToInstall, ranked, soughtIn, speltOut, whyNone } from "./commands.js";
import { Completion, useList } from "./composer-completion.js";
import { Aim, aim, LONGEST_MESSAGE, post, start, type } from "./composer-drafts.js";
import { useGrowing } from "./composer-growing.js";
import { PlusButton } from "./composer-plus.js";
import { Tray } from "./composer-tray.js";

const NEARLY_FULL = 200;
const NONE = [];

/**
 * @param {object} props
 * @param {string} props.draftKey
 * @param {object} props.draft
 * @param {object} props.channel
 * @param {object|null} props.guild
 * @param {object[]|null} props.offered    commands; null: not known now
 * @param {string} props.to                the place, as it is named to people
 */
export function Box({ draftKey, draft, channel, guild, offered, to }) {
  const { text, files, leaving } = draft;
  const commands = useCommandList({ draftKey, text, channel, guild, offered });
  const area = useGrowing(text);

  const submit = () => {
    if (commands.waiting) return;
    if (!channel.may.write) return toast(`You may not write in ${to}; only commands work here.`);
    post(draftKey, channel);
  };
  const onKeyDown = (event) => {
    if (commands.list.onKey(event) || event.isComposing) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  };
  const left = LONGEST_MESSAGE - [...text.trim()].length;
  return html`
    <${Completion} ...${commands} label="Commands" reachable=${true} />
    <div class="composer-frame">
      ${files.length > 0 && html`<${Tray} ...${{ draftKey, files, leaving }} />`}
      <div class="composer-row">
        ${channel.may.attach && html`<${PlusButton} ...${{ draftKey, channel }} />`}
        <textarea
          class="composer-text"
          data-composer
          data-aim=${Aim.BOX}
          ref=${area}
          rows="1"
          aria-label=${`Message ${to}`}
          placeholder=${`Message ${to}`}
          value=${text}
          spellcheck=${!text.startsWith("/")}
          autocomplete="off"
          ...${commands.list.described}
          onInput=${(event) => commands.onText(event.currentTarget.value)}
          onKeyDown=${onKeyDown}
          onFocus=${() => commands.look(true)}
          onBlur=${({ relatedTarget }) => relatedTarget?.matches(".composer-remedy") || commands.look(false)}
        ></textarea>
        ${left <= NEARLY_FULL && html`
          <span class=${classes("composer-left", { "composer-left-over": left < 0 })} role="status">
            ${left}<span class="visually-hidden"> characters left</span>
          </span>
        `}
        <button
          type="button"
          class="composer-button composer-send"
          aria-label="Send message"
          disabled=${!text.trim() && files.length === leaving.length}
          onClick=${submit}
        >
          <${Icon} name="send" />
        </button>
      </div>
    </div>
  `;
}

/** What the list of commands shows for a text, and what choosing in it does. */
function useCommandList({ draftKey, text, channel, guild, offered }) {
  const [closed, setClosed] = useState(null);
  const [looking, look] = useState(false);
  const app = useStore((now) => now.world.app);
  const installed = useStore((now) => Boolean(me(now)?.installed));
  const sought = soughtIn(text);
  const sections = useMemo(() => {
    const found = sought === null || !offered ? [] : byApp(ranked(offered, sought));
    return found.map(({ app: id, commands }) => ({ key: id, title: appTitle(id), items: commands }));
  }, [offered, sought]);
  const items = useMemo(() => (sections.length ? sections.flatMap((each) => each.items) : NONE), [sections]);
  const unknown = offered?.length > 0 && !items.length;
  const open = looking && sought !== null && closed !== text && !(unknown && sought.includes(" "));
  const list = useList({
    id: "composer-commands",
    items,
    open,
    onPick: (command) => start(draftKey, command, { keepText: false }),
    onClose: () => setClosed(text),
  });
  const onText = (now) => {
    const command = offered && speltOut(offered, now);
    if (command && now.length > text.length) return start(draftKey, command, { keepText: false });
    type(draftKey, now);
  };
  const helps = offered?.length === 0 && helpsToInstall({ channel, guild, app, installed });
  const note = !offered ? "Loading commands…" : unknown ? `No command here is called “/${sought}”.` : null;
  return {
    list,
    open,
    sections,
    view: commandView,
    note: note ?? whyNone({ channel, guild, app, installed }),
    remedy: helps && html`<${Remedy} app=${app} onDone=${() => aim(draftKey, Aim.BOX)} onLeave=${() => look(false)} />`,
    waiting: sought !== null && !offered,
    onText,
    look,
  };
}

/** What helps where the app is missing: to carry it along. */
function Remedy({ app, onDone, onLeave }) {
  const carry = () => {
    onDone();
    install(true);
  };
  return html`
    <button type="button" class="welcome-try composer-remedy" onClick=${carry} onBlur=${onLeave}>
      Carry ${app.name} along
    </button>
  `;
}

function appTitle(id) {
  const { app } = get().world;
  const name = id === app.id || !get().world.everyone[id] ? app.name : get().world.everyone[id];
  return html`<${Avatar} name=${name} bot=${true} size=${20} /> <span>${name}</span>`;
}

const commandView = ({ path, description, options }) => ({
  name: path,
  detail: description,
  aside: options.filter((each) => each.required).map((each) => each.name).join(" "),
});
