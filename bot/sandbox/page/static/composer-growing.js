// Text areas that are as tall as their text, for browsers whose stylesheets cannot say so (`field-sizing`).

import { useLayoutEffect, useRef } from "./lib.js";

/** A ref for the text area that shows this text. */
export function useGrowing(text) {
  const area = useRef(null);
  useLayoutEffect(() => {
    if (CSS.supports("field-sizing", "content") || !area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${area.current.scrollHeight}px`;
  }, [text]);
  return area;
}
