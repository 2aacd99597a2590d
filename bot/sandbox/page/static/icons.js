// Icons, drawn on a grid of 24 with one stroke. Decoration only: whoever uses one gives the words.

import { html } from "./lib.js";

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M3 15h16",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-4 7.5",
  thread: "M4 4h16v12h-9l-5 4v-4H4V4Zm4 4.500h8M8 12h5",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.5 2.700-6 6-6s6 2.5 6 6m1-16a3.5 3.5 0 0 1 0 7m2.5 3.300c1.600.9 2.5 3 2.5 5.700",
  plus: "M12 5v14M5 12h14",
  close: "m6 6 12 12M18 6 6 18",
  down: "m6 9 6 6 6-6",
  right: "m9 6 6 6-6 6",
  left: "m15 6-6 6 6 6",
  reply: "M10 6 4 12l6 6m-6-6h9a7 7 0 0 1 7 7",
  upload: "M12 15V4m-5 4.5 5-5 5 5M5 20h14",
  open: "M14 4h6v6m0-6-9 9M10 5H5v14h14v-5",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  trash: "M4 7h16M9 7V4h6v3m3 0-1 13H7L6 7m4 4v5m4-5v5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-14v2m0 16v2M2 12h2m16 0h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6l1-7Z",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5",
  eye: "M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12Zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  warning: "M12 4 2.5 20h19L12 4Zm0 6v5m0 2.5h.01",
  menu: "M4 7h16M4 12h16M4 17h16",
  send: "M4 12h11M4 12 3 4l18 8-18 8 1-8Z",
  key: "M14 10a4.5 4.5 0 1 1-2.700-4.100A4.5 4.5 0 0 1 14 10Zm-.7 2.5L21 20m-3-3-2 2",
  chat: "M4 5h16v11H10l-6 4V5Z",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M18 10h.01M7 14h10",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 8c0-4 3.500-6 8-6s8 2 8 6",
};

/** An icon by its name, as tall as the text around it unless `size` (pixels) is given. */
export const Icon = ({ name, size = 20 }) => html`
  <svg
    class="icon"
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d=${PATHS[name]} />
  </svg>
`;
