// Finding by a few letters: how well a name fits what is typed. Plain values in, plain values out.

/** How a name fits: 0 by its beginning, 1 by that of a word, 2 by a part, 3 by its letters in order; null: not. */
export function fit(name, sought) {
  const [text, letters] = [plain(name), plain(sought)];
  if (!letters || text.startsWith(letters)) return 0;
  if (text.split(/[\s\-_]+/).some((word) => word.startsWith(letters))) return 1;
  if (text.includes(letters)) return 2;
  let from = 0;
  for (const letter of letters) {
    from = text.indexOf(letter, from) + 1;
    if (!from) return null;
  }
  return 3;
}

/** A text as it is compared: its case and its accents do not matter. */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** A name, or what is typed to find it: nor does the sign before it. */
export const plain = (text) => folded(text.trim().replace(/^[#@]\s*/, ""));

/** Those that fit, best first, otherwise in the order in which they came. `nameOf` tells what an item is found by. */
export function found(items, sought, nameOf) {
  const fitting = items.map((item) => [fit(nameOf(item), sought), item]).filter(([how]) => how !== null);
  return fitting.sort(([one], [other]) => one - other).map(([, item]) => item);
}
