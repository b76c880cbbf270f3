// The history on disk: one line for each entry, appended, so that several windows may write to it.

import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { historyLine, InputHistory, isHistoryFileTooLong, parseHistory } from "./history";

/** Read the history that earlier windows have left; empty when there is none. */
export async function readHistory(path: string): Promise<InputHistory> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = parseHistory(text);
  const history = new InputHistory(lines);
  if (isHistoryFileTooLong(lines.length)) {
    await writeFile(path, history.entries.map(historyLine).join(""), { mode: 0o600 });
  }
  return history;
}

export async function appendToHistory(path: string, entry: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, historyLine(entry), { mode: 0o600 });
}
