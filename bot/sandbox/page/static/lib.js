// What every module draws with: preact's markup in template strings. Nothing of the sandbox is in here.

import { h } from "preact";
import htm from "htm";

export { render, Fragment, createPortal } from "preact";
export { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback } from "preact/hooks";

/** Markup: html`<p class=${name}>…</p>`. Text is always escaped. */
export const html = htm.bind(h);

/** Class names: those that are given, with those whose condition holds. classes("a", {b: true}) → "a b" */
export function classes(...given) {
  return given
    .flatMap((each) => (each && typeof each === "object" ? Object.keys(each).filter((key) => each[key]) : each || []))
    .join(" ");
}

/** 1536 → "1.5 KB", as Discord's client writes sizes. */
export function bytes(count) {
  if (count < 1024) return `${count} B`;
  const units = ["KB", "MB", "GB"];
  let size = count / 1024;
  let unit = 0;
  while (Number(size.toFixed(2)) >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${size.toFixed(2).replace(/\.?0+$/, "")} ${units[unit]}`;
}
