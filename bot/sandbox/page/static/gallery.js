// The page of the gallery: every kind of component and every card, in sections with an index. It is drawn by the same
// modules as the client, but nothing in it reaches a bot: what a bot would be sent is said in a toast.
//
// ?only=<section> shows one section alone, &theme=light|dark in that theme, &form=<name> with that form open.

import { setTheme, speak, toast } from "./actions.js";
import { classes, html, render, useEffect, useRef, useState } from "./lib.js";
import { Lightbox } from "./lightbox.js";
import { ContextMenu } from "./menu.js";
import { Message } from "./message.js";
import { Modal } from "./modal.js";
import { Dialogs } from "./shell-dialogs.js";
import { Refused } from "./socket.js";
import { set, useStore } from "./store.js";
import { Toasts } from "./toasts.js";

const SENT = new Set(["press", "choose", "submit"]); // what reaches a bot
const SAID = 400; // characters of a toast

/**
 * @typedef {object} Section       of gallery.json (gallery/)
 * @property {string} id
 * @property {string} group
 * @property {string} title
 * @property {string} about
 * @property {{caption: string, message: object, grouped: boolean, busy: string[], failure: ?string}[]} messages
 * @property {{name: string, caption: string, modal: object}[]} forms
 */

// --- nobody listens --------------------------------------------------------------------------------------------------

/** What answers in the place of the sandbox: it opens forms, and tells what a bot would be sent. */
function nobody(sections) {
  const forms = new Map(sections.flatMap((section) => section.forms).map((form) => [form.name, form.modal]));
  const ask = async (what, { channel, message, interaction, ...given }) => {
    const name = given.custom_id?.startsWith("form:") && given.custom_id.slice("form:".length);
    if (forms.has(name)) return { interaction: name, failed: false, answer: "modal", modal: forms.get(name) };
    if (what === "commands") return { commands: [] };
    if (!SENT.has(what)) throw new Refused("There is nothing behind this in the gallery.");
    toast(`A bot would be sent: ${what} ${JSON.stringify(given)}`.slice(0, SAID));
    return { interaction: "0", failed: false, answer: "deferred update", modal: null };
  };
  const put = async (file, progress) => {
    progress?.(1);
    return file.name;
  };
  return { ask, put };
}

// --- the page --------------------------------------------------------------------------------------------------------

function ThemeSwitch() {
  const theme = useStore((now) => now.theme);
  const other = theme === "dark" ? "light" : "dark";
  const turn = () => setTheme(other);
  return html`<button type="button" class="gallery-button" onClick=${turn}>${capital(other)} theme</button>`;
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

function Index({ sections, current, onGo }) {
  const nav = useRef(null);
  useEffect(() => nav.current.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [current]);
  return html`
    <nav class="gallery-index" aria-label="Index" ref=${nav}>
      ${[...Map.groupBy(sections, (section) => section.group)].map(
        ([group, within]) => html`
          <h2>${group}</h2>
          <ul>
            ${within.map(
              ({ id, title }) => html`
                <li>
                  <a href=${`#${id}`} aria-current=${id === current ? "true" : undefined} onClick=${onGo}>${title}</a>
                </li>
              `,
            )}
          </ul>
        `,
      )}
    </nav>
  `;
}

function Piece({ piece: { caption, message, grouped } }) {
  return html`
    <li class="gallery-piece">
      <p class="gallery-caption">${caption}</p>
      <div class="gallery-surface"><${Message} message=${message} grouped=${grouped} /></div>
    </li>
  `;
}

function Chapter({ section: { id, title, about, messages, forms }, alone }) {
  return html`
    <section class="gallery-chapter" id=${id} aria-labelledby=${`${id}-title`}>
      <header>
        <h2 id=${`${id}-title`}>${title}</h2>
        ${!alone && html`<a href=${`?only=${id}`} aria-label=${`${title}, alone`}>alone</a>`}
      </header>
      <p class="gallery-about">${about}</p>
      ${messages.length > 0 &&
      html`<ol class="gallery-pieces">
        ${messages.map((piece) => html`<${Piece} key=${piece.message.id} piece=${piece} />`)}
      </ol>`}
      ${forms.length > 0 &&
      html`<ul class="gallery-forms" aria-label="Forms">
        ${forms.map((form) => html`<li><${Opener} form=${form} /></li>`)}
      </ul>`}
    </section>
  `;
}

function Opener({ form: { name, caption, modal } }) {
  const open = () => openForm(name, modal);
  return html`<button type="button" class="gallery-button" onClick=${open}>Open: ${caption}</button>`;
}

const openForm = (name, modal) => set((now) => ({ modal: { interaction: name, app: now.world.app.name, ...modal } }));

/** The id of the section that stands at the top of what is seen. */
function useCurrent(sections) {
  const [current, setCurrent] = useState(sections[0]?.id);
  useEffect(() => {
    const seen = new Map();
    const look = (entries) => {
      for (const entry of entries) seen.set(entry.target.id, entry.isIntersecting);
      setCurrent((before) => sections.find(({ id }) => seen.get(id))?.id ?? before);
    };
    const observer = new IntersectionObserver(look, { rootMargin: "-64px 0px -60% 0px" });
    for (const { id } of sections) observer.observe(document.getElementById(id));
    return () => observer.disconnect();
  }, [sections]);
  return current;
}

function Gallery({ sections, alone }) {
  const [listed, setListed] = useState(false); // on narrow screens the index hides behind a button
  const current = useCurrent(sections);
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), []);
  return html`
    <div class=${classes("gallery", { "gallery-alone": alone, "gallery-listed": listed })}>
      <header class="gallery-top">
        ${!alone &&
        html`<button
          type="button"
          class="gallery-button gallery-lister"
          aria-expanded=${listed ? "true" : "false"}
          onClick=${() => setListed(!listed)}
        >
          Index
        </button>`}
        <h1>${alone ? html`<a href="/gallery">Gallery</a>` : "Gallery"}</h1>
        <a class="gallery-back" href="/">To the sandbox</a>
        <${ThemeSwitch} />
      </header>
      ${!alone && html`<${Index} sections=${sections} current=${current} onGo=${() => setListed(false)} />`}
      <main class="gallery-wall">
        ${sections.map((section) => html`<${Chapter} key=${section.id} section=${section} alone=${alone} />`)}
      </main>
      <${Modal} /><${Dialogs} /><${Lightbox} /><${ContextMenu} /><${Toasts} />
    </div>
  `;
}

// --- begin -----------------------------------------------------------------------------------------------------------

async function begin() {
  const wanted = new URLSearchParams(location.search);
  const root = document.getElementById("root");
  dress(wanted.get("theme") ?? localStorage.getItem("theme") ?? "dark");
  render(html`<p class="gallery-opening" role="status">The gallery is being hung…</p>`, root);
  const { world, place, sections } = await (await fetch("/gallery.json")).json();
  speak(nobody(sections));
  hang(world, place, sections);
  const only = wanted.get("only");
  const shown = sections.filter((section) => only === null || section.id === only);
  render(html`<${Gallery} sections=${shown} alone=${only !== null} />`, root);
  const form = sections.flatMap((section) => section.forms).find(({ name }) => name === wanted.get("form"));
  if (form) openForm(form.name, form.modal);
}

/** Put on a theme for this look only; the switch is what is remembered. */
function dress(theme) {
  document.documentElement.dataset.theme = theme;
  set({ theme });
}

/** Let the store know the people, the places and what became of the messages. */
function hang(world, place, sections) {
  const pieces = sections.flatMap((section) => section.messages);
  set({
    connection: "open",
    world,
    place,
    ahead: world.now - Date.now() / 1000,
    messages: { [place]: pieces.map((piece) => piece.message) },
    busy: pieces.flatMap(({ message, busy }) => busy.map((id) => `${message.id}/${id}`)),
    failures: Object.fromEntries(pieces.filter((piece) => piece.failure).map((it) => [it.message.id, it.failure])),
  });
}

await begin().catch((error) => {
  const words = "The gallery could not be drawn; the browser’s console says why.";
  render(html`<p role="alert">${words}</p>`, document.getElementById("root"));
  throw error;
});
