// Discord's numbers that several modules know: the kinds of places, and the flags of messages.

export const Place = Object.freeze({ TEXT: 0, DM: 1, GROUP: 3, THREAD: 11 });

export const Flag = Object.freeze({
  SUPPRESS_EMBEDS: 1 << 2,
  EPHEMERAL: 1 << 6,
  LOADING: 1 << 7,
  COMPONENTS_V2: 1 << 15,
});

export const isEphemeral = ({ flags }) => Boolean(flags & Flag.EPHEMERAL);

const SIGNS = { [Place.DM]: "at", [Place.GROUP]: "people", [Place.THREAD]: "thread" };

/** The icon of a kind of place. */
export const signOf = (type) => SIGNS[type] ?? "hash";

/** How a place is named: "#paintings", "@easel", the name of a group or a thread. */
export function placeName({ type, name }) {
  if (type === Place.DM) return `@${name}`;
  return type === Place.TEXT ? `#${name}` : name;
}
