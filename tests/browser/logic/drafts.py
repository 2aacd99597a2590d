"""A person who writes, attaches files and fills in a command's form; what comes of it."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

from tests.browser.logic.modules import Modules

Json = dict[str, Any]

_STORY: Final = """
async (all, { number, answers }) => {
  const { add, attach, detach, draftOf, fill, get, judge, keyOf, leave, post, redefine, send, set, settle, speak,
          spell, start, type, withdraw, Refused } = all;
  const world = { me: "1", app: { id: "9", name: "Easel" }, everyone: {}, people: [{ id: "1" }], guilds: [],
                  private: [] };
  set({ world, toasts: [], modal: null });
  const channel = { id: number, size: 10, may: { attach: true } };
  const key = keyOf("1", number);
  const asked = [];
  const lost = new Set();
  let road = Promise.resolve();
  speak({
    ask: async (what, { channel: _, ...given }) => {
      asked.push([what, given]);
      if (typeof answers[what] === "string") throw new Refused(answers[what]);
      return answers[what] ?? {};
    },
    put: async (file) => {
      await road;
      if (lost.has(file.name)) throw new Refused(`${file.name} went astray.`);
      return `word of ${file.name}`;
    },
  });
  const close = () => {
    let open;
    road = new Promise((resolve) => (open = resolve));
    return open;
  };
  const files = (...names) => names.map((name) => new File(["1234567890"], name));
  const place = { people: [{ id: "1", name: "Ada" }], channels: [], roles: [] };
  const command = { path: "/paint", options: [
    { name: "prompt", type: 3, required: true, max_length: 20 },
    { name: "start", type: 11, required: true },
    { name: "count", type: 4, max_value: 4 },
    { name: "more", type: 11 },
  ] };
  const other = { path: "/help", options: [] };
  const entryOf = ({ text, chosen, upload }) => upload?.file.name ?? chosen?.value ?? text ?? null;
  const now = () => {
    const { text, files, leaving, form, aim } = draftOf(key);
    const names = (uploads) => uploads.map((each) => each.file.name);
    const entries = Object.entries(form?.entries ?? {}).map(([name, entry]) => [name, entryOf(entry)]);
    const filled = form && { path: form.command.path, shown: form.shown, entries: Object.fromEntries(entries),
                             wrong: form.wrong, sending: form.sending };
    return { text, files: names(files), leaving: names(leaving), form: filled, aim: aim?.at.trim() ?? null };
  };
  const seen = {};
  STEPS
  return { ...now(), seen, asked, toasts: get().toasts.map((each) => each.text) };
}
"""

_number = count(1)


async def story(modules: Modules, steps: str, **answers: Any) -> Json:
    """What a draft has become after some steps in a place of its own, what the sandbox was asked, what was said."""
    given = {"number": str(next(_number)), "answers": answers}
    told: Json = await modules.run(
        "composer-drafts actions store socket", _STORY.replace("STEPS", steps), given
    )
    return told
