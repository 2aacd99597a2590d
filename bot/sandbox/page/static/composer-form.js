// The form that the message box turns into once a command is chosen: what the option one is in is about, the command,
// its options as pills, and sending it.

import { classes, html, useEffect, useState } from "./lib.js";
import { Icon } from "./icons.js";
import { addable, findCommand, isEmpty, limits, optionOf, wantsFiles } from "./commands.js";
import { Aim, aim, attachChosen, fill, judge, leave, redefine, send, withdraw } from "./composer-drafts.js";
import { More, Pill } from "./composer-pills.js";
import { offerSamples } from "./samples.js";

/**
 * @param {object} props
 * @param {string} props.draftKey
 * @param {object} props.form
 * @param {object} props.channel
 * @param {object} props.place             what options can name here
 * @param {object[]|null} props.offered    commands; null: not known now
 */
export function CommandForm({ draftKey, form, channel, place, offered }) {
  const [inside, setInside] = useState(null);
  const gone = useFresh(draftKey, form, offered);
  const { command, shown, wrong, sending } = form;
  const focused = shown.includes(inside) ? optionOf(command, inside) : null;
  const context = { draftKey, channel, place };

  const submit = () => !gone && send(draftKey, channel, place);
  const onFocusOut = ({ target, relatedTarget, currentTarget }) => {
    if (target.dataset?.aim) judge(draftKey, target.dataset.aim, place);
    if (!currentTarget.contains(relatedTarget)) setInside(null);
  };
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") leave(draftKey);
    else if (event.key === "Enter" && !event.shiftKey && isInput(event.target)) submit();
    else if (event.key !== "Backspace" || !backspace(event.target, { draftKey, form })) return;
    event.preventDefault();
  };
  return html`
    <div
      class="composer-form"
      role="form"
      aria-label=${command.path}
      aria-busy=${sending ? "true" : "false"}
      onKeyDown=${onKeyDown}
      onFocusIn=${(event) => setInside(event.target.dataset?.aim ?? null)}
      onFocusOut=${onFocusOut}
    >
      <${Bar}
        ...${{ command, gone, sending }}
        option=${focused}
        wrong=${focused && wrong[focused.name]}
        onLeave=${() => leave(draftKey)}
      />
      <div class="composer-row">
        <span class="composer-command">${command.path}</span>
        <div class="composer-pills">
          ${shown.map((name) => html`
            <${Pill} key=${name} option=${optionOf(command, name)} focused=${inside === name} ...${{ form, context }} />
          `)}
          ${addable(command, shown).length > 0 && html`
            <${More} ...${{ form, context }} focused=${inside === Aim.MORE} />
          `}
        </div>
        <button
          type="button"
          class="composer-button composer-send"
          data-aim=${Aim.SEND}
          aria-label="Send command"
          aria-disabled=${gone || sending ? "true" : undefined}
          onClick=${submit}
        >
          <${Icon} name="send" />
        </button>
      </div>
      ${!sending && wantsFiles(command, form.entries) && html`
        <${Offer} onTake=${(files) => attachChosen(draftKey, channel, files)} />
      `}
    </div>
  `;
}

const Offer = ({ onTake }) => html`
  <p class="samples-offer">
    No pictures at hand?
    <button type="button" class="samples-some" onClick=${() => offerSamples(onTake)}>Take some</button>
  </p>
`;

const isInput = ({ dataset }) => Boolean(dataset.aim) && dataset.aim !== Aim.SEND;

/** Keep the form's command as it is registered now. True when it no longer is. */
function useFresh(draftKey, form, offered) {
  const now = offered && findCommand(offered, form.command.path);
  const changed = now && JSON.stringify(now) !== JSON.stringify(form.command);
  useEffect(() => {
    if (changed) redefine(draftKey, now);
  }, [changed]);
  return Boolean(offered && !now);
}

/** Backspace where nothing is left to delete goes back: out of an option, out of the command. True when it did. */
function backspace(target, { draftKey, form }) {
  const at = target.dataset.aim;
  if (!at || form.sending || target.value) return false;
  const { shown, entries, command } = form;
  if (at === Aim.MORE || at === Aim.SEND) {
    if (shown.length) aim(draftKey, shown.at(-1));
    else leave(draftKey, command.path);
  } else if (!isEmpty(entries[at])) fill(draftKey, at, {});
  else if (!optionOf(command, at).required) withdraw(draftKey, at);
  else if (shown[0] === at) leave(draftKey, command.path);
  else aim(draftKey, shown[shown.indexOf(at) - 1]);
  return true;
}

/** What one is at: the option with its limits, or the command; what is wrong goes first. */
function Bar({ command, option, wrong, gone, sending, onLeave }) {
  const facts = option && [option.required ? "required" : "optional", limits(option)].filter(Boolean).join(" · ");
  const said = gone ? `${command.path} is no longer offered here.` : wrong;
  return html`
    <div class="composer-bar">
      <p class="composer-about" id="composer-about">
        ${option && html`<strong>${option.name}</strong>`}
        <span class="composer-about-words">${option ? option.description : command.description}</span>
        ${facts && html`<span class="composer-about-facts">${facts}</span>`}
      </p>
      <p class=${classes("composer-said", { "composer-said-wrong": said })} role="status">
        ${said ?? (sending ? "Sending…" : "")}
      </p>
      <button
        type="button"
        class="composer-button composer-leave"
        onMouseDown=${(event) => event.preventDefault() /* the bar, and this button, move when an option is left */}
        aria-label=${`Leave ${command.path}`}
        onClick=${onLeave}
      >
        <${Icon} name="close" size=${16} />
      </button>
    </div>
  `;
}
