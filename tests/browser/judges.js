// What a good eye sees at once and a test otherwise does not. A function, evaluated in a page: it lets the named judges
// look at an element and answers their complaints in sentences. They look, and touch nothing; only pictures that wait
// to be scrolled to are sent for.
async (root, { names, least, primary }) => {
  const SLACK = 1.5; // pixels that rounding may cost
  const FEW = 8; // complaints of one judge that are told
  const CONTROLS =
    "button, a[href], input:not([type=hidden]), select, textarea, summary, [contenteditable=true], [role=button], " +
    "[role=option], [role=tab], [role=menuitem], [role=checkbox], [role=radio], [role=switch], [role=combobox]";
  // What may lie over something else: it says so, or its role does.
  const LAYERS = "[data-layer], dialog, [popover], [role=dialog], [role=menu], [role=listbox], [role=tooltip]";
  const SIDEWAYS = "pre, [role=tablist], [data-scroll~=x]"; // what is meant to be scrolled to the side

  // --- what there is -------------------------------------------------------------------------------------------------

  const clips = (value) => value === "hidden" || value === "clip";
  const scrolls = (value) => value === "auto" || value === "scroll";

  /** Somebody sees it: drawn, opaque, not only there for screen readers, not switched off. */
  function visible(element) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    return !element.closest("[inert], .visually-hidden") && element.getClientRects().length > 0;
  }

  const seen = new Map(); // everything is looked for and measured once
  const known = new Map();

  /** The visible elements in an element, itself among them. */
  function all(root) {
    if (!seen.has(root)) seen.set(root, [root, ...root.querySelectorAll("*")].filter(visible));
    return seen.get(root);
  }

  /** What matters of an element as a frame of others; `box` is inside its borders, where it clips. */
  function frame(element) {
    const before = known.get(element);
    if (before) return before;
    const { display, position, overflowX, overflowY, ...its } = read(element);
    const rect = element.getBoundingClientRect();
    const [left, top] = [rect.left + element.clientLeft, rect.top + element.clientTop];
    const box = { left, top, right: left + element.clientWidth, bottom: top + element.clientHeight };
    const holds = its.transform !== "none" || its.filter !== "none" || its.contain.includes("paint");
    const ends = its.textOverflow === "ellipsis" || its.webkitLineClamp !== "none";
    const layer = element.matches(LAYERS);
    const measured = { element, display, position, overflowX, overflowY, box, holds, ends, layer, around: null };
    known.set(element, measured);
    return measured;
  }

  function read(element) {
    const its = getComputedStyle(element);
    const { display, position, overflowX, overflowY, transform, filter, contain, textOverflow, webkitLineClamp } = its;
    return { display, position, overflowX, overflowY, transform, filter, contain, textOverflow, webkitLineClamp };
  }

  /** How a complaint calls an element: its tag, its classes and its first words. */
  function called(element) {
    const names = [...element.classList].map((each) => `.${each}`).join("");
    const words = (element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\s+/g, " ");
    return `<${element.localName}${names}>${words ? ` “${words.slice(0, 40)}”` : ""}`;
  }

  /** The text that stands directly in an element, as rectangles, one for each line. */
  function lines(element) {
    const range = document.createRange();
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const rects = texts.flatMap((node) => (range.selectNodeContents(node), [...range.getClientRects()]));
    return rects.filter((rect) => rect.width > 0 && rect.height > 0);
  }

  /** The frames that an element is drawn inside of, nearest first: those that its containing blocks go through. */
  function around(element) {
    const mine = frame(element);
    if (mine.around) return mine.around;
    let { parentElement: parent } = element;
    const passes = (each) =>
      !each.holds && (mine.position === "fixed" || (mine.position === "absolute" && each.position === "static"));
    while (parent && passes(frame(parent))) parent = parent.parentElement;
    mine.around = parent ? [frame(parent), ...around(parent)] : [];
    return mine.around;
  }

  /** The part of a rectangle that these frames let through; null when they clip or scroll all of it away. */
  function shown({ left, top, right, bottom }, frames) {
    for (const { overflowX, overflowY, box } of frames) {
      if (overflowX !== "visible") [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return right > left && bottom > top ? { left, top, right, bottom } : null;
  }

  /** Text that ends in “…” and is told in full by a title or a label: its own, one around it, or one beside it. */
  function shortened({ element, ends }) {
    if (!ends) return false;
    const words = element.textContent.trim();
    const tellers = [element.closest("[title], [aria-label]"), ...element.parentElement.querySelectorAll("[title]")];
    return tellers.some((each) => each && `${each.title} ${each.getAttribute("aria-label")}`.includes(words));
  }

  // --- nothing overflows ---------------------------------------------------------------------------------------------

  function overflowing(root) {
    const complaints = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth + SLACK)
      complaints.push(`the page is ${page.scrollWidth} px wide in a window of ${page.clientWidth}`);
    const wide = all(root).filter(isWide);
    for (const element of wide)
      if (!wide.some((other) => other !== element && element.contains(other)))
        complaints.push(`${called(element)} holds ${element.scrollWidth} px in ${element.clientWidth}`);
    return complaints;
  }

  function isWide(element) {
    if (element.scrollWidth <= element.clientWidth + SLACK || element.clientWidth === 0) return false;
    if (element.matches("html, input, textarea, select")) return false; // the text of fields scrolls as it is typed
    const its = frame(element);
    if (clips(its.overflowX) && shortened(its)) return false;
    if (scrolls(its.overflowX)) {
      const meant = element.matches(SIDEWAYS) || its.overflowY === "hidden";
      return !(meant && (element.matches("[tabindex]") || element.querySelector(CONTROLS)));
    }
    return reachesOut(element);
  }

  /** Something other than a layer reaches over the element's edge to the right. */
  function reachesOut(element) {
    const edge = frame(element).box.right + SLACK;
    return all(element).some((each) => {
      const layer = each.closest(LAYERS);
      if (layer && layer !== element && element.contains(layer)) return false;
      const between = around(each).filter((its) => its.element !== element && element.contains(its.element));
      const box = each === element ? [] : [each.getBoundingClientRect()];
      return [...box, ...lines(each)].some((rect) => shown(rect, between)?.right > edge);
    });
  }

  // --- nothing is cut ------------------------------------------------------------------------------------------------

  function cut(root) {
    const complaints = [];
    for (const element of all(root)) {
      const frames = around(element);
      const boxes = element.matches(CONTROLS) ? [element.getBoundingClientRect()] : [];
      const by =
        boxes.map((rect) => knife(rect, frames)).find(Boolean) ??
        lines(element).map((rect) => knife(rect, [frame(element), ...frames])).find(Boolean);
      if (by) complaints.push(`${called(element)} is cut by ${by}`);
      if (hintIsCut(element)) complaints.push(`${called(element)} has no room for its hint “${element.placeholder}”`);
    }
    return complaints;
  }

  /** What cuts a rectangle: a frame that clips, or the window's edge. What can be scrolled to is not cut. */
  function knife(rect, frames) {
    const ascent = 0.2 * rect.height; // a font's box is higher than what it draws
    let [checkX, checkY] = [true, true];
    for (const its of frames) {
      if (shortened(its)) return "";
      const { box, display, element } = its;
      const outX = rect.left < box.left - SLACK || rect.right > box.right + SLACK;
      const outY = rect.top < box.top - ascent - SLACK || rect.bottom > box.bottom + ascent + SLACK;
      if (display !== "inline" && checkX && clips(its.overflowX) && outX) return called(element);
      if (display !== "inline" && checkY && clips(its.overflowY) && outY) return called(element);
      checkX &&= !scrolls(its.overflowX);
      checkY &&= !scrolls(its.overflowY);
    }
    const wide = document.documentElement.clientWidth;
    return checkX && (rect.left < -SLACK || rect.right > wide + SLACK) ? "the window’s edge" : "";
  }

  function hintIsCut(element) {
    if (!element.matches("input") || element.value || !element.placeholder) return false;
    const its = getComputedStyle(element);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = its.font;
    const room = element.clientWidth - parseFloat(its.paddingLeft) - parseFloat(its.paddingRight);
    return pen.measureText(element.placeholder).width > room + SLACK;
  }

  // --- nothing overlaps ----------------------------------------------------------------------------------------------

  function overlapping(root) {
    const things = all(root).flatMap(placed).sort((one, other) => one.box.top - other.box.top);
    const found = new Map();
    things.forEach((one, index) => {
      for (const other of things.slice(index + 1)) {
        if (other.box.top >= one.box.bottom) break;
        if (!meet(one, other)) continue;
        const pair = `${called(one.element)} and ${called(other.element)}`;
        found.set(pair, `${pair} lie over each other`);
      }
    });
    return [...found.values()];
  }

  /** A control's box and the lines of a text, as far as they are shown, with the layer they are on. */
  function placed(element) {
    const frames = around(element);
    const layer = [frame(element), ...frames].find((its) => its.position === "sticky" || its.layer);
    const control = element.matches(CONTROLS);
    const rects = control ? [element.getBoundingClientRect()] : lines(element).map(drawn);
    const within = control ? frames : [frame(element), ...frames];
    return rects
      .map((rect) => shown(rect, within))
      .filter(Boolean)
      .map((box) => ({ element, layer, box }));
  }

  /** What of a line's box letters fill. */
  function drawn({ left, right, top, bottom }) {
    const part = 0.15 * (bottom - top);
    return { left, right, top: top + part, bottom: bottom - part };
  }

  const holds = (one, other) => one === other || (one.matches(CONTROLS) && one.contains(other));

  function meet(one, other) {
    if (one.layer !== other.layer) return false;
    if (holds(one.element, other.element) || holds(other.element, one.element)) return false;
    const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
    const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
    return wide > SLACK && high > SLACK;
  }

  // --- pictures are there, and look as they were made ----------------------------------------------------------------

  async function unloaded(root) {
    const complaints = [];
    for (const image of all(root).filter((each) => each.localName === "img")) {
      if (!image.complete) image.loading = "eager";
      await Promise.race([image.decode().catch(() => {}), new Promise((over) => setTimeout(over, 3000))]);
      if (!image.complete || !image.naturalWidth)
        complaints.push(`the picture “${image.alt}” ${image.src} is not there`);
      else if (distorted(image)) complaints.push(`the picture “${image.alt}” ${image.src} is distorted`);
    }
    return complaints;
  }

  function distorted(image) {
    if (getComputedStyle(image).objectFit !== "fill" || image.src.endsWith(".svg")) return false;
    const [wide, high] = [image.clientWidth, image.clientHeight];
    const should = (wide * image.naturalHeight) / image.naturalWidth;
    return Math.abs(should - high) > Math.max(SLACK, 0.02 * high);
  }

  // --- controls can be hit -------------------------------------------------------------------------------------------

  /** `least` pixels each way for all; `primary` pixels of height for buttons with words, fields and lists. */
  function cramped(root) {
    const complaints = [];
    for (const element of all(root).filter((each) => each.matches(CONTROLS) && !inSentence(each))) {
      const { width, height } = target(element);
      const high = isPrimary(element) ? primary : least;
      if (width < least - 0.5 || height < high - 0.5)
        complaints.push(`${called(element)} is ${Math.ceil(width)}×${Math.ceil(height)}, less than ${least}×${high}`);
    }
    return complaints;
  }

  const isPrimary = (element) =>
    element.matches("input, textarea, select, [role=combobox]") ||
    (element.matches("button, [role=button]") && element.innerText.trim().length > 1);

  const inSentence = (element) =>
    frame(element).display.startsWith("inline") && lines(element.parentElement).length > 0;

  /** Where a press counts: the control, and the label that stands for it. */
  function target(element) {
    const boxes = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
    const [wide, high] = [boxes.map((each) => each.width), boxes.map((each) => each.height)];
    return { width: Math.max(...wide), height: Math.max(...high) };
  }

  // --- words can be read ---------------------------------------------------------------------------------------------

  const TRANSPARENT = [0, 0, 0, 0];
  const OFF = ":disabled, [aria-disabled=true]"; // what is switched off may be pale

  /** Text whose colour is too near to the colour behind it: 4.5 to 1, 3 to 1 where it is large. */
  function faint(root) {
    const complaints = new Set();
    for (const element of all(root)) {
      if (!lines(element).length || element.closest(OFF)) continue;
      const behind = ground(element);
      if (!behind) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const size = parseFloat(fontSize);
      const needed = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
      const found = contrast(over(faded(channels(color), element), behind), behind);
      if (found >= needed) continue;
      complaints.add(`${called(element)} has a contrast of ${found.toFixed(2)}, less than ${needed}`);
    }
    return [...complaints];
  }

  /** The colour behind an element's text; null where a picture or a gradient lies behind it. */
  function ground(element) {
    const coats = [];
    for (let node = element; node; node = node.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(node);
      if (backgroundImage !== "none") return null;
      const coat = faded(channels(backgroundColor), node);
      coats.push(coat);
      if (coat[3] === 1) break;
      if (node.matches(":modal")) coats.push(channels(getComputedStyle(node, "::backdrop").backgroundColor));
    }
    return coats.reduceRight((below, coat) => over(coat, below), [255, 255, 255, 1]);
  }

  /** A computed colour as red, green, blue of 255 and how opaque it is. */
  function channels(colour) {
    const [, notation, inner] = colour.match(/^(\w+)\((.*)\)$/) ?? [];
    if (!notation) return TRANSPARENT;
    const [red, green, blue, opaque = 1] = inner.match(/-?[\d.]+(?:e-?\d+)?/g).map(Number);
    const scale = notation === "color" ? 255 : 1; // color(srgb 0.1 0.2 0.3)
    return [red * scale, green * scale, blue * scale, opaque];
  }

  function faded([red, green, blue, opaque], element) {
    let left = opaque;
    for (let node = element; node; node = node.parentElement) left *= Number(getComputedStyle(node).opacity);
    return [red, green, blue, left];
  }

  const over = ([red, green, blue, opaque], below) =>
    [red, green, blue].map((each, at) => each * opaque + below[at] * (1 - opaque)).concat(1);

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function luminance(colour) {
    const [red, green, blue] = colour.map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  const judges = { unloaded, overflowing, cut, overlapping, cramped, faint };

  const complaints = [];
  for (const name of names) {
    const found = await judges[name](root);
    for (const each of found.slice(0, FEW)) complaints.push(`${name}: ${each}`);
    if (found.length > FEW) complaints.push(`${name}: ${found.length - FEW} more`);
    if (name !== "unloaded") continue;
    seen.clear(); // pictures that came may have moved everything
    known.clear();
  }
  return complaints;
}
