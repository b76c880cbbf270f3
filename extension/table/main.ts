// The page of a table: draws what is in sight of it, in the order and with the filter that the toolbar says.

import "regular-table";
import type { RegularTableElement } from "regular-table/dist/esm/regular-table";
import type { TablePart } from "../src/protocol/generated";
import type { PageView, ToExtension, ToPage } from "./messages";
import { holds, movedBy, rectangleOf, type Selection } from "./selection";

declare function acquireVsCodeApi(): { postMessage(message: ToExtension): void };

const host = acquireVsCodeApi();
const waiting = new Map<number, { resolve: (part: TablePart) => void; reject: (error: Error) => void }>();
let lastId = 0;

let view: PageView = { index: [], sortColumn: -1, descending: false, filter: "" };
let selection: Selection = { from: { column: 0, row: 0 }, to: { column: 0, row: 0 } };
let last: TablePart | undefined;
let shades = false;

const toolbar = document.createElement("div");
toolbar.className = "toolbar";
toolbar.setAttribute("role", "toolbar");
const title = document.createElement("output");
const axes = document.createElement("span");
axes.className = "axes";
const filter = document.createElement("input");
filter.type = "search";
filter.placeholder = "Filter, such as angle > 0.5";
filter.setAttribute("aria-label", "Filter rows");
const note = document.createElement("div");
note.className = "note";
note.setAttribute("role", "status");
const table = document.createElement("regular-table");
table.tabIndex = 0;
table.setAttribute("aria-label", "Table");

function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.textContent = text;
  made.title = label;
  made.addEventListener("click", act);
  return made;
}

const heat = button("Heat Map", "Colour numbers from the lowest to the highest", () => {
  shades = !shades;
  heat.setAttribute("aria-pressed", String(shades));
  redraw();
});
heat.setAttribute("aria-pressed", "false");
const copy = button("Copy", "Copy the selected cells with all digits (Ctrl+C)", copySelection);
const insert = button(
  "Insert Code",
  "Insert the code for this view at the cursor or into the console",
  () => {
    if (last !== undefined && last.code !== "") {
      host.postMessage({ kind: "insert", code: last.code });
    }
  },
);
const space = document.createElement("span");
space.className = "space";
toolbar.append(title, axes, space, filter, heat, copy, insert);
const frame = document.createElement("main");
frame.append(table);
document.body.append(toolbar, note, frame);

table.setDataListener(async (x0, y0, x1, y1) => {
  const part = await read(y0, y1 - y0, x0, x1 - x0);
  show(part);
  const [seen] = part.cells;
  const rows = seen?.length ?? 0;
  return {
    num_rows: part.rowTotal,
    num_columns: part.columnTotal,
    data: part.cells.map((column) => [...column]),
    row_headers: part.rowLabels.map((label) => [label]),
    column_headers: part.columns.map(({ name, type }, at) => [`${name}${arrow(x0 + at)}`, type]),
    metadata: part.columns.map(({ isNumber }, column) =>
      Array.from({ length: rows }, (_, row) => ({ isNumber, shade: part.shades[column]?.[row] ?? -1 })),
    ),
    merge_headers: "row",
  };
});

table.addStyleListener(() => {
  for (const cell of table.querySelectorAll("td")) {
    const meta = table.getMeta(cell);
    if (meta?.type === "body") {
      const { isNumber, shade } = meta.user as { isNumber: boolean; shade: number };
      cell.classList.toggle("number", isNumber);
      cell.classList.toggle("selected", holds(selection, { column: meta.x, row: meta.y }));
      cell.classList.toggle("shaded", shade >= 0);
      cell.style.setProperty("--shade", `${String(Math.max(shade, 0))}%`);
    }
  }
});

table.addEventListener("mousedown", (event) => {
  const meta = table.getMeta(event.target as HTMLElement);
  if (
    meta?.type === "column_header" &&
    !(event.target as HTMLElement).classList.contains("rt-column-resize")
  ) {
    sortBy(meta.x);
  } else if (meta?.type === "row_header") {
    const columns = (last?.columnTotal ?? 1) - 1;
    select({ from: { column: 0, row: meta.y }, to: { column: columns, row: meta.y } });
  } else if (meta?.type === "body") {
    const to = { column: meta.x, row: meta.y };
    select({ from: event.shiftKey ? selection.from : to, to });
  }
});

table.addEventListener("mouseover", (event) => {
  const meta = table.getMeta(event.target as HTMLElement);
  if (event.buttons === 1 && meta?.type === "body") {
    select({ from: selection.from, to: { column: meta.x, row: meta.y } });
  }
});

table.addEventListener("keydown", (event) => {
  const size = { rows: last?.rowTotal ?? 0, columns: last?.columnTotal ?? 0 };
  if ((event.ctrlKey || event.metaKey) && event.key === "a") {
    const to = { column: Math.max(size.columns - 1, 0), row: Math.max(size.rows - 1, 0) };
    select({ from: { column: 0, row: 0 }, to });
    event.preventDefault();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "c") {
    copySelection();
    event.preventDefault();
  } else {
    const moved = movedBy(event.key, selection, size, event.shiftKey);
    if (moved !== undefined) {
      select(moved);
      bringIntoSight(moved.to.column, moved.to.row);
      event.preventDefault();
    }
  }
});

filter.addEventListener("change", () => {
  view = { ...view, filter: filter.value };
  startAgain();
});

window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  const message = event.data;
  if (message.kind === "changed") {
    redraw();
    return;
  }
  const asked = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.kind === "part") {
    asked?.resolve(message.part);
  } else {
    asked?.reject(new Error(message.message));
  }
});

redraw();

function arrow(column: number): string {
  return view.sortColumn !== column ? "" : view.descending ? " ↓" : " ↑";
}

async function read(
  firstRow: number,
  rowCount: number,
  firstColumn: number,
  columnCount: number,
): Promise<TablePart> {
  lastId += 1;
  const id = lastId;
  try {
    return await new Promise<TablePart>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      const params = { view, firstRow, rowCount, firstColumn, columnCount, shades };
      host.postMessage({ kind: "read", id, params });
    });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return last === undefined
      ? empty
      : { ...last, rowTotal: 0, columnTotal: 0, cells: [], columns: [], rowLabels: [], shades: [] };
  }
}

const empty: TablePart = {
  title: "",
  rowTotal: 0,
  columnTotal: 0,
  axes: [],
  columns: [],
  rowLabels: [],
  cells: [],
  shades: [],
  code: "",
  note: "",
};

function show(part: TablePart): void {
  if (part.columnTotal > 0 || last === undefined) {
    say(part.note);
  }
  last = part;
  title.textContent = part.title;
  title.title = part.code;
  insert.disabled = part.code === "";
  if (axes.childElementCount !== part.axes.length) {
    axes.replaceChildren(...part.axes.map(axisInput));
  }
}

function axisInput(length: number, axis: number): HTMLElement {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "number";
  input.min = "0";
  input.max = String(length - 1);
  input.value = String(view.index[axis] ?? 0);
  input.addEventListener("input", () => {
    const index = Array.from({ length: last?.axes.length ?? 0 }, (_, at) => view.index[at] ?? 0);
    index[axis] = Math.min(Math.max(Math.trunc(Number(input.value)) || 0, 0), length - 1);
    view = { ...view, index };
    startAgain();
  });
  label.append(`axis ${String(axis + 1)} `, input, ` of ${String(length)}`);
  return label;
}

function say(text: string): void {
  note.textContent = text;
  note.hidden = text === "";
}

function sortBy(column: number): void {
  if (view.sortColumn !== column) {
    view = { ...view, sortColumn: column, descending: false };
  } else if (view.descending) {
    view = { ...view, sortColumn: -1, descending: false };
  } else {
    view = { ...view, descending: true };
  }
  startAgain();
}

function select(chosen: Selection): void {
  selection = chosen;
  void draw({ cache: true });
}

function copySelection(): void {
  const rectangle = rectangleOf(selection);
  const params = { ...rectangle, view, withNames: rectangle.rowCount * rectangle.columnCount > 1 };
  host.postMessage({ kind: "copy", params });
}

function bringIntoSight(column: number, row: number): void {
  const isSeen = [...table.querySelectorAll("td")].some((cell) => {
    const meta = table.getMeta(cell);
    return meta?.type === "body" && meta.x === column && meta.y === row;
  });
  if (!isSeen) {
    void table.scrollToCell(Math.max(column - 2, 0), Math.max(row - 5, 0));
  }
}

function startAgain(): void {
  table.scrollTop = 0;
  redraw();
}

function redraw(): void {
  void draw({});
}

function draw(options: { readonly cache?: boolean }): Promise<void> {
  const drawn = table as RegularTableElement & {
    draw(options: { readonly invalid_viewport: boolean; readonly cache?: boolean }): Promise<void>;
  };
  return drawn.draw({ invalid_viewport: true, ...options });
}
