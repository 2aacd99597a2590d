// How wide the window is, in the three steps that the frame knows. The stylesheet breaks at the same widths.

import { useEffect, useState } from "./lib.js";

/** One column: the lists are drawers over it. */
export const NARROW = "(max-width: 760px)";
/** Room for one list beside the messages, not for two. */
export const MIDDLING = "(max-width: 1480px)";
/** Room for the list of members beside the messages. */
export const WIDE = "(min-width: 1100px)";

/** In a component: whether a media query holds, always as it is now. */
export function useMedia(query) {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setHolds(list.matches);
    look();
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [query]);
  return holds;
}
