// Discord's markdown as a tree. Pure: a text in, nodes out; names, times and addresses are looked up by who draws them.
//
// What cannot be read as markdown is text, so nothing that was written is lost. Every style keeps in mind from where on
// its end is missing, and nesting has a bottom; so a text is read in time that grows as its length does.

/**
 * @typedef {{type: "text", text: string}
 *   | {type: "strong"|"em"|"underline"|"strike"|"spoiler"|"quote"|"subtext", children: Node[]}
 *   | {type: "heading", level: 1|2|3, children: Node[]}
 *   | {type: "list", start: number|null, items: Node[][]}      start: of an ordered one
 *   | {type: "code", text: string}
 *   | {type: "block", text: string, language: string|null}
 *   | {type: "link", url: string, children: Node[]}
 *   | {type: "place", channel: string, message: string|null, url: string, children: Node[]|null}
 *   | {type: "user"|"role"|"channel", id: string}
 *   | {type: "everyone", text: string}
 *   | {type: "time", unix: number, style: string, source: string}
 *   | {type: "emoji", name: string}
 *   | {type: "command", name: string}} Node
 */

const DEEPEST = 10;
const NEVER = Infinity;
const PLAIN = /[^\\*_~|`[<@¯\nh]+/y;
const ESCAPABLE = /[^0-9A-Za-z\s]/;
const WORD = /\w/;
const SHRUG = "¯\\_(ツ)_/¯";

const HEADING = / *(#{1,3}) +([^\n]+)(?:\n|$)/y;
const SUBTEXT = / *-# +([^\n]+)(?:\n|$)/y;
const QUOTE_REST = / *>>> ([\s\S]*)/y;
const QUOTE_LINE = / *> ([^\n]*)(?:\n|$)/y;
const ITEM = /( *)([-*]|\d{1,9}\.) +(\S[^\n]*)(?:\n|$)/y;
const LINE = /([^\n]*)(?:\n|$)/y;

const EVERYONE = /@(?:everyone|here)/y;
const ADDRESS = /https?:\/\/(?:[^\s<\]]|\](?!\())+[^\s<\\.,:;"'\]]/y; // not on into the target of a link
const HOST = /https?:\/\/(?:[^\s<\]/?#]|\](?!\())+(?=[/?#])/y;
const AUTOLINK = /<(https?:\/\/[^\s<>]+)>/y;
const MENTION = /<(@[!&]?|#)(\d{1,20})>/y;
const TIME = /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y;
const EMOJI = /<a?:(\w{1,32}):\d{1,20}>/y;
const COMMAND = /<\/([^\n<>:]{1,100}):\d{1,20}>/y;
const PLACE = /^https?:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:@me|\d{1,20})\/(\d{1,20})(?:\/(\d{1,20}))?\/?$/;
const TARGET = /\(\s*<?((?:[^\s()<>\\]|\\.|\((?:[^\s()\\]|\\.)*\))+)>?(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/y;

const STYLES = { "**": "strong", __: "underline", "~~": "strike", "||": "spoiler" };
const BLOCKS = new Set(["quote", "subtext", "heading"]);

/** The tree of a text. */
export const parse = (text) => read(String(text), { depth: 0, quote: false, link: false, fresh: true });

/** The words alone, on one line; as a reply shows what it replies to. `named` gives the words for a mention. */
export function plain(nodes, named = () => "") {
  const words = (node) => {
    if (node.type === "list") return node.items.map((item) => ` ${plain(item, named)}`).join("");
    if (node.type === "spoiler") return "▒▒▒▒";
    if (node.type === "emoji") return `:${node.name}:`;
    if (node.type === "command") return `/${node.name}`;
    if (node.children) return plain(node.children, named) + (BLOCKS.has(node.type) ? " " : "");
    return node.text ?? node.url ?? named(node);
  };
  return nodes.map(words).join("").replace(/\s+/g, " ").trim();
}

/** `where`: how deep, whether inside a quote or a link's words, and whether the text begins a line (`fresh`). */
function read(source, where) {
  const nodes = [];
  const ends = new Ends(source);
  let text = "";
  let at = 0;
  const put = (node) => {
    if (text) nodes.push({ type: "text", text });
    text = "";
    nodes.push(node);
  };
  while (at < source.length) {
    const begins = at ? source[at - 1] === "\n" : where.fresh;
    const found = (begins && !where.link && block(source, at, where)) || inline(source, at, where, ends);
    if (found?.node) put(found.node);
    else text += found?.text ?? source[at];
    at = found?.end ?? at + 1;
    const more = matchAt(PLAIN, source, at);
    if (more && source[at - 1] !== "\n") [text, at] = [text + more[0], at + more[0].length];
  }
  if (text) nodes.push({ type: "text", text });
  return nodes;
}

function matchAt(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

const deeper = (where, more) => ({ ...where, depth: where.depth + 1, fresh: false, ...more });

// --- what begins a line ----------------------------------------------------------------------------------------------

function block(source, at, where) {
  if (where.depth >= DEEPEST) return null;
  const whole = deeper(where, { fresh: true });
  const heading = matchAt(HEADING, source, at);
  if (heading) {
    const children = read(heading[2], deeper(where));
    return { node: { type: "heading", level: heading[1].length, children }, end: HEADING.lastIndex };
  }
  const subtext = matchAt(SUBTEXT, source, at);
  if (subtext) return { node: { type: "subtext", children: read(subtext[1], deeper(where)) }, end: SUBTEXT.lastIndex };
  return (!where.quote && quote(source, at, { ...whole, quote: true })) || list(source, at, whole);
}

function quote(source, at, inside) {
  const rest = matchAt(QUOTE_REST, source, at);
  if (rest) return { node: { type: "quote", children: read(rest[1], inside) }, end: source.length };
  const lines = [];
  let end = at;
  for (let line; (line = matchAt(QUOTE_LINE, source, end)) && line[0]; end = QUOTE_LINE.lastIndex) lines.push(line[1]);
  return lines.length ? { node: { type: "quote", children: read(lines.join("\n"), inside) }, end } : null;
}

function list(source, at, inside) {
  const first = matchAt(ITEM, source, at);
  if (!first) return null;
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let end = at;
  while (end < source.length) {
    const item = matchAt(ITEM, source, end);
    const line = matchAt(LINE, source, end)[1];
    const depth = line.search(/\S/);
    if (item && depth === indent && /\d/.test(item[2]) === ordered) items.push([item[3]]);
    else if (items.length && depth > indent) items.at(-1).push(line.slice(Math.min(depth, indent + 2)));
    else break;
    end = LINE.lastIndex;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : null;
  return { node: { type: "list", start, items: items.map((lines) => read(lines.join("\n"), inside)) }, end };
}

// --- what stands in a line -------------------------------------------------------------------------------------------

function inline(source, at, where, ends) {
  switch (source[at]) {
    case "\\":
      return ESCAPABLE.test(source[at + 1] ?? "") ? { text: source[at + 1], end: at + 2 } : null;
    case "*":
    case "_":
    case "~":
    case "|":
      return style(source, at, where, ends);
    case "`":
      return fenced(source, at, ends) ?? code(source, at, ends);
    case "[":
      return where.link ? null : link(source, at, where, ends);
    case "<":
      return angled(source, at, where);
    case "@": {
      const all = matchAt(EVERYONE, source, at);
      return all && { node: { type: "everyone", text: all[0] }, end: EVERYONE.lastIndex };
    }
    case "h":
      return where.link ? null : address(source, at);
    case "¯":
      return source.startsWith(SHRUG, at) ? { text: SHRUG, end: at + SHRUG.length } : null;
    default:
      return null;
  }
}

/** The longest style that begins here; `***a** b*` is italic with bold in it. */
function style(source, at, where, ends) {
  if (where.depth >= DEEPEST) return null;
  const letter = source[at];
  const mark = letter + letter;
  const doubled = source.startsWith(mark, at) ? ends.doubled(mark, at + 2) : NEVER;
  const single = letter === "*" || letter === "_" ? ends.single(letter, at + 1) : NEVER;
  const slanted = single !== NEVER && (doubled === NEVER || single + 1 >= doubled + 2);
  if (!slanted && doubled === NEVER) return null;
  const [from, close, type] = slanted ? [at + 1, single, "em"] : [at + 2, doubled, STYLES[mark]];
  const end = close + (from - at);
  const whole = source.slice(at, end);
  if (whole === letter.repeat(whole.length)) return { text: whole, end }; // marks around nothing but marks
  return { node: { type, children: read(source.slice(from, close), deeper(where)) }, end };
}

function fenced(source, at, ends) {
  if (!source.startsWith("```", at)) return null;
  const end = ends.fence(at + 3);
  if (end === NEVER) return null;
  const whole = source.slice(at + 3, end);
  const named = /^([\w+\-.#]+)\n+(?=[^\n])/.exec(whole);
  const text = (named ? whole.slice(named[0].length) : whole).replace(/^\n+/, "").trimEnd();
  if (!text) return null;
  const after = end + 3 + (source[end + 3] === "\n" ? 1 : 0);
  return { node: { type: "block", text, language: named?.[1] ?? null }, end: after };
}

function code(source, at, ends) {
  const count = runOf(source, at);
  const end = ends.ticks(count, at + count);
  if (end === NEVER) return { text: source.slice(at, at + count), end: at + count };
  const text = source.slice(at + count, end).replace(/^ (?= *`)|(` *) $/g, "$1");
  return { node: { type: "code", text }, end: end + count };
}

/** [words](address): of http and https only, and without an address among the words, which could lie about it. */
function link(source, at, where, ends) {
  const close = ends.bracket(at);
  const target = close > at + 1 && where.depth < DEEPEST ? matchAt(TARGET, source, close + 1) : null;
  if (!target) return null;
  const words = source.slice(at + 1, close);
  const url = webAddress(unescaped(target[1]));
  if (!url || !words.trim() || /https?:\/\//.test(words)) return null;
  return { node: leading(url, read(words, deeper(where, { link: true }))), end: close + 1 + target[0].length };
}

function address(source, at) {
  const host = matchAt(HOST, source, at);
  if (host && !webAddress(host[0])) return null; // known before all that follows it is read
  const found = matchAt(ADDRESS, source, at);
  if (!found) return null;
  const shown = balanced(found[0]);
  const url = webAddress(unescaped(shown));
  if (!url) return null;
  return { node: leading(url, null, unescaped(shown)), end: at + shown.length };
}

function angled(source, at, where) {
  const auto = where.link ? null : matchAt(AUTOLINK, source, at);
  const url = auto && webAddress(auto[1]);
  if (url) return { node: leading(url, null, auto[1]), end: AUTOLINK.lastIndex };
  const mention = where.link ? null : matchAt(MENTION, source, at);
  if (mention) {
    const type = { "#": "channel", "@&": "role" }[mention[1]] ?? "user";
    return { node: { type, id: mention[2] }, end: MENTION.lastIndex };
  }
  const time = matchAt(TIME, source, at);
  if (time) {
    const node = { type: "time", unix: Number(time[1]), style: time[2] ?? "f", source: time[0] };
    return { node, end: TIME.lastIndex };
  }
  const emoji = matchAt(EMOJI, source, at);
  if (emoji) return { node: { type: "emoji", name: emoji[1] }, end: EMOJI.lastIndex };
  const command = where.link ? null : matchAt(COMMAND, source, at);
  return command && { node: { type: "command", name: command[1] }, end: COMMAND.lastIndex };
}

/** A link; one to a place or a message of Discord's stays within the page. `children` null: the address itself. */
function leading(url, children, shown = url) {
  const place = placeIn(url);
  if (place) return { type: "place", ...place, url, children };
  return { type: "link", url, children: children ?? [{ type: "text", text: shown }] };
}

/** The {channel, message} that an address of Discord's names; null for any other address. */
export function placeIn(url) {
  const [, channel, message = null] = PLACE.exec(url) ?? [];
  return channel ? { channel, message } : null;
}

const unescaped = (text) => text.replace(/\\([^0-9A-Za-z\s])/g, "$1");

/** An address without the closing brackets that belong to the sentence around it. */
function balanced(address) {
  let open = 0;
  for (const letter of address) open += letter === "(" ? 1 : letter === ")" ? -1 : 0;
  let end = address.length;
  while (open < 0 && address[end - 1] === ")") [open, end] = [open + 1, end - 1];
  return address.slice(0, end);
}

/** The address if it is one of the web; else null. */
export function webAddress(text) {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  return text;
}

function runOf(source, at) {
  let end = at;
  while (source[end] === source[at]) end++;
  return end - at;
}

/** Where styles end in one text. What was looked for in vain is not looked for again further on. */
class Ends {
  #source;
  #missing = {};
  #ticks = null;
  #brackets = null;

  constructor(source) {
    this.#source = source;
  }

  /** Of `**`, `__`, `~~` and `||`: the last two of a run, after something; of bars the first two. */
  doubled(mark, from) {
    return this.#known(mark, from, () => {
      const source = this.#source;
      for (let at = from; at < source.length; at++) {
        if (source[at] === "\\") at++;
        else if (at > from && source.startsWith(mark, at) && (mark === "||" || source[at + 2] !== mark[0])) return [at];
      }
      return [NEVER, NEVER];
    });
  }

  /** Of `*` and `_`: an odd one, pairs being bold or underline; no `*` beside a space, no `_` within a word. */
  single(letter, from) {
    const source = this.#source;
    if (letter === "*" && /\s/.test(source[from] ?? " ")) return NEVER;
    return this.#known(letter, from, () => {
      for (let at = from; at < source.length; at++) {
        if (source[at] === "\\") at++;
        else if (source[at] === letter) {
          const last = at + runOf(source, at) - 1;
          const even = (last - at) % 2 === 1;
          const fits = letter === "*" ? last > at || !/\s/.test(source[at - 1]) : !WORD.test(source[last + 1] ?? " ");
          if (!even) return fits && last > from ? [last] : [NEVER, last];
          at = last;
        }
      }
      return [NEVER, NEVER];
    });
  }

  fence(from) {
    return this.#known("```", from, () => {
      const at = this.#source.indexOf("```", from + 1);
      return at < 0 ? [NEVER, NEVER] : [at];
    });
  }

  /** Of code: the next run of exactly as many ticks. */
  ticks(count, from) {
    if (!this.#ticks) {
      this.#ticks = new Map();
      for (const { 0: run, index } of [...this.#source.matchAll(/`+/g)].reverse()) {
        if (!this.#ticks.has(run.length)) this.#ticks.set(run.length, []);
        this.#ticks.get(run.length).push(index);
      }
    }
    const starts = this.#ticks.get(count) ?? [];
    while (starts.length && starts.at(-1) < from) starts.pop();
    return starts.at(-1) ?? NEVER;
  }

  /** The bracket that closes the one at `at`; -1 without one. */
  bracket(at) {
    this.#brackets ??= closing(this.#source);
    return this.#brackets.get(at) ?? -1;
  }

  /** `look` gives [end] or [NEVER, up to where there is none]. */
  #known(kind, from, look) {
    if (from <= (this.#missing[kind] ?? -1)) return NEVER;
    const [end, missing] = look();
    if (missing !== undefined) this.#missing[kind] = missing;
    return end;
  }
}

function closing(source) {
  const pairs = new Map();
  const open = [];
  for (let at = 0; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === "[") open.push(at);
    else if (source[at] === "]" && open.length) pairs.set(open.pop(), at);
  }
  return pairs;
}
