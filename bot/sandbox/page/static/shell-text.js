// The text of a message, wherever it stands in it: for the clipboard.

const TEXT = 10;

/** Its content, the texts of its components and of its embeds, in that order; "" when it has none. */
export function writtenIn({ content = "", components = [], embeds = [] }) {
  return [content, ...components.flatMap(inComponent), ...embeds.map(inEmbed)].filter(Boolean).join("\n\n");
}

function inComponent({ type, content, components = [] }) {
  return type === TEXT ? [content] : components.flatMap(inComponent);
}

function inEmbed({ title, description, fields = [], footer }) {
  const rows = fields.map(({ name, value }) => `${name}: ${value}`);
  return [title, description, ...rows, footer?.text].filter(Boolean).join("\n");
}
