// What the page of a table and the extension tell each other.

import type { CopyTable, ReadTable, TablePart, TableView } from "../src/protocol/generated";

/** A view of the page's own variable: which one that is knows the extension. */
export type PageView = Required<Omit<TableView, "path">>;

type ReadOfPage = Omit<ReadTable, "view"> & { readonly view: PageView };
type CopyOfPage = Omit<CopyTable, "view"> & { readonly view: PageView };

export type ToExtension =
  | { readonly kind: "read"; readonly id: number; readonly params: ReadOfPage }
  | { readonly kind: "copy"; readonly params: CopyOfPage }
  | { readonly kind: "insert"; readonly code: string };

export type ToPage =
  | { readonly kind: "part"; readonly id: number; readonly part: TablePart }
  | { readonly kind: "failure"; readonly id: number; readonly message: string }
  /** The value may be another one now. */
  | { readonly kind: "changed" };
