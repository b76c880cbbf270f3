// What the page of the plots and the extension tell each other.

export type ShownPlot = {
  readonly number: number;
  /** Where the page finds the picture. */
  readonly address: string;
  /** When it was drawn, and by what. */
  readonly label: string;
  /** In the page's units; 0: as wide as the picture says. */
  readonly width: number;
};

export type ToExtension =
  | { readonly kind: "ready"; readonly pixelRatio: number }
  | { readonly kind: "save" | "goToCode" | "runAgain" | "delete"; readonly number: number }
  | { readonly kind: "copied" }
  | { readonly kind: "failure"; readonly message: string };

/** Newest first. */
export type ToPage = { readonly kind: "plots"; readonly plots: readonly ShownPlot[] };
