// A list that stays at its end: while its end is seen it remains seen, whatever grows in it; who scrolls up stays where
// they are, and is told that they are away.

import { useCallback, useLayoutEffect, useRef, useState } from "./lib.js";

const NEAR = 24; // pixels from the end that count as the end

/**
 * @param {{current: Element}} scroller
 * @param {{current: Element}} content   the one element in it, as high as all that can be scrolled to
 * @returns {{away: boolean, toEnd: function(): void, look: function(): void, stay: function(number): void}}
 *   `look` is called whenever the scroller was scrolled; `stay` goes to a place that is not the end
 */
export function useStick(scroller, content) {
  const [away, setAway] = useState(false);
  const { current: was } = useRef({ stuck: true, top: 0, height: 0, room: 0 });

  const look = useCallback(() => {
    const { scrollTop: top, scrollHeight: height, clientHeight: room } = scroller.current;
    const wentUp = top < was.top - 1 && height >= was.height && room <= was.room;
    if (height - room - top <= NEAR) was.stuck = true;
    else if (wentUp) was.stuck = false;
    Object.assign(was, { top, height, room });
    setAway(!was.stuck);
  }, []);

  const toEnd = useCallback(() => {
    was.stuck = true;
    scroller.current.scrollTop = scroller.current.scrollHeight;
    look();
  }, []);

  const stay = useCallback((top) => {
    was.stuck = false;
    scroller.current.scrollTop = top;
    look();
  }, []);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => (was.stuck ? toEnd() : look()));
    observer.observe(scroller.current);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  return { away, toEnd, look, stay };
}
