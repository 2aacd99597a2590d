// The composer: where one writes in a channel. It keeps the drafts apart, takes files that reach the page, starts the
// command that a card or a menu asks for, and moves the focus. Box and form are modules of their own.

import { html, useEffect, useLayoutEffect, useMemo, useRef } from "./lib.js";
import { Icon } from "./icons.js";
import { placeName } from "./kinds.js";
import { get, set, useStore } from "./store.js";
import { findCommand, flatten, roomFor, takesFiles } from "./commands.js";
import { Box } from "./composer-box.js";
import { usePlace } from "./composer-choices.js";
import { attach, change, draftOf, keyOf, spell, start, useDraft } from "./composer-drafts.js";
import { CommandForm } from "./composer-form.js";
import { DropShade, useDrops } from "./drops.js";

/** @param {{channel: object, guild: object|null}} props */
export function Composer({ channel, guild }) {
  const person = useStore((now) => now.world.me);
  const draftKey = keyOf(person, channel.id);
  const draft = useDraft(draftKey);
  const commands = useStore((now) => now.commands[channel.id]);
  const offered = useMemo(() => (commands ? flatten(commands) : null), [commands]);
  const place = usePlace(channel, guild);
  const root = useRef(null);
  const to = placeName(channel);
  const { form } = draft;

  useReplacing(draftKey, offered);
  useFocus(root, draftKey, draft.aim);
  const over = useDrops((files, target) => {
    const pill = target.closest?.("[data-option]")?.dataset.option ?? null;
    attach(draftKey, channel, files, pill);
  });

  const notice = noticeOf(channel, to);
  const usable = channel.may.write || channel.may.run;
  return html`
    <div class="composer" ref=${root}>
      ${notice && html`<p class="composer-notice"><${Icon} name="lock" size=${16} /> <span>${notice}</span></p>`}
      ${usable && form && html`
        <${CommandForm} key=${`${draftKey}/${form.id}`} ...${{ draftKey, form, channel, place, offered }} />
      `}
      ${usable && !form && html`<${Box} key=${draftKey} ...${{ draftKey, draft, channel, guild, offered, to }} />`}
      ${over && html`<${DropShade} ...${shadeOf({ form, channel, to })} />`}
    </div>
  `;
}

function noticeOf({ may, locked }, to) {
  if (may.write) return null;
  if (locked) return "This thread is locked.";
  if (may.run) return `You may not write in ${to}, but commands work: begin with /`;
  return `You do not have permission to send messages in ${to}.`;
}

/** What the shade over the page says about files that hover over it. */
function shadeOf({ form, channel, to }) {
  if (form && !takesFiles(form.command)) return { title: `${form.command.path} takes no files`, detail: "" };
  if (form) {
    const [first] = roomFor(form.command, form.entries, [""]);
    const detail = first ? `They fill its options from ${first} on.` : "All of its files are chosen already.";
    return { title: `Drop to add to ${form.command.path}`, detail };
  }
  if (!channel.may.attach) return { title: "You may not upload files here", detail: "" };
  return { title: `Drop to upload to ${to}`, detail: "You can add a comment before it is sent." };
}

/** Start the command that was asked for elsewhere, once it is known what is offered here. */
function useReplacing(draftKey, offered) {
  const replacing = useStore((now) => now.replacing);
  useLayoutEffect(() => {
    if (!replacing || !offered) return;
    const path = `/${replacing.trim().replace(/^\//, "")}`;
    const command = findCommand(offered, path);
    if (command) start(draftKey, command);
    else spell(draftKey, path);
    set({ replacing: null });
  }, [replacing, offered, draftKey]);
}

/** Put the focus where the draft aims at, and into the composer when a channel was opened, unless by the keyboard. */
function useFocus(root, draftKey, aim) {
  useLayoutEffect(() => {
    if (!aim) return;
    const target = root.current.querySelector(`[data-aim="${CSS.escape(aim.at)}"]`);
    const busy = document.activeElement && document.activeElement !== document.body;
    if (target && !(aim.gently && (busy || get().modal))) target.focus();
    change(draftKey, ({ aim: now }) => ({ aim: now === aim ? null : now }));
  }, [aim]);
  const before = useRef(draftKey);
  useEffect(() => {
    if (before.current === draftKey) return;
    before.current = draftKey;
    const mouse = window.matchMedia("(pointer: fine)").matches && !document.activeElement?.matches(":focus-visible");
    if (!mouse || get().dialog || draftOf(draftKey).aim) return;
    root.current.querySelector("textarea, input:not([hidden])")?.focus();
  }, [draftKey]);
}
