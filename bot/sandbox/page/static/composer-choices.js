// What an option offers while one types in it: its own list, the people and places that are there, or what the bot
// answers, asked for a moment after the last key and dropped when it comes too late.

import { useEffect, useMemo, useRef, useState } from "./lib.js";
import { useStore } from "./store.js";
import { complete } from "./actions.js";
import { fitting, isClosed, listOf } from "./commands.js";

const PAUSE = 150;
const NONE = [];

/**
 * Who and what an option can name in a channel, the same object as long as nothing changes.
 * @returns {{people: object[], channels: object[], roles: object[]}}
 */
export function usePlace(channel, guild) {
  const world = useStore((now) => now.world);
  return useMemo(() => {
    if (guild) return { people: guild.members, channels: guild.channels, roles: guild.roles };
    const { everyone, app, me } = world;
    const ids = [me, ...channel.recipients.filter((id) => id !== me)];
    return { people: ids.map((id) => ({ id, name: everyone[id], bot: id === app.id })), channels: NONE, roles: NONE };
  }, [channel, guild, world]);
}

/**
 * The items for an option with a list. `others`: gives what stands in the other options.
 * @returns {{items: object[], note: string}}   `note` where there are no items
 */
export function useChoices({ channel, command, option, text, place, open, others }) {
  const closed = isClosed(option);
  const listed = useMemo(() => (closed ? fitting(listOf(option, place), text) : NONE), [closed, option, place, text]);
  const asked = useAnswer({ channel, command, option, text, open: open && !closed, others });
  if (closed) return { items: listed, note: "No options match your search." };
  return asked;
}

const LOADING = Object.freeze({ items: NONE, note: "Loading options…" });
const FAILED = Object.freeze({ items: NONE, note: "Loading options failed." });
const NOTHING = Object.freeze({ items: NONE, note: "No options match your search." });

function useAnswer({ channel, command, option, text, open, others }) {
  const [answer, setAnswer] = useState({ to: null, ...LOADING });
  const asking = useRef(others);
  asking.current = others;
  useEffect(() => {
    if (!open) return;
    let late = false;
    setAnswer({ to: null, ...LOADING });
    const ask = async () => {
      const choices = await complete(channel.id, command.path, option.name, text, asking.current());
      if (!late) setAnswer({ to: text, ...shown(choices) });
    };
    const timer = setTimeout(ask, PAUSE);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [open, channel.id, command.path, option.name, text]);
  return answer.to === text ? answer : LOADING;
}

function shown(choices) {
  if (!choices) return FAILED;
  if (!choices.length) return NOTHING;
  return { items: choices.map(({ name, value }) => ({ name, value, kind: "choice" })), note: "" };
}
