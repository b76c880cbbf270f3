/** Anything that is given back in the end. */
export type Owned = { dispose(): unknown };
