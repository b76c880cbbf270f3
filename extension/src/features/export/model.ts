// What is offered before an export, and said after it. Pure.

import type { DataKey, ExportFormat } from "../../protocol/generated";
import { labelText, plainText } from "../../ui/text";

/** A key in a list to choose from; a `QuickPickItem`. */
export type KeyItem = { readonly label: string; readonly description: string; readonly key: string };

export function keyItems(keys: readonly DataKey[]): KeyItem[] {
  return keys.map(({ key, type, sizeLabel }) => ({
    label: labelText(key),
    description: labelText(`${type} · ${sizeLabel}`),
    key,
  }));
}

/** A format in a list to choose from; a `QuickPickItem`. */
export type FormatItem = {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  readonly format: ExportFormat;
};

/** Those that can be written now come first. */
export function formatItems(formats: readonly ExportFormat[]): FormatItem[] {
  return formats
    .toSorted((a, b) => Number(a.missing.length > 0) - Number(b.missing.length > 0))
    .map((format) => ({
      label: labelText(format.title),
      description: labelText(format.suffix === "" ? "folder" : format.suffix),
      ...(format.missing.length === 0 ? {} : { detail: labelText(`Installs ${format.missing.join(", ")}`) }),
      format,
    }));
}

/** What the file is called unless the user says otherwise: not as one that is there, such as the key's own source. */
export function fileName(
  keys: readonly string[],
  format: ExportFormat,
  isTaken: (name: string) => boolean,
): string {
  const [only] = keys;
  const stem = only !== undefined && keys.length === 1 ? only : "recording";
  const plain = stem.replaceAll(/[^\p{L}\p{N} ._+-]/gu, "_").slice(0, 60);
  const base = plain.replace(/^[ .]+/, "") || "_";
  let name = `${base}${format.suffix}`;
  for (let number = 2; isTaken(name); number += 1) {
    name = `${base}-${number}${format.suffix}`;
  }
  return name;
}

/** A path with the ending of the format, by which other tools know the file. */
export function withSuffix(path: string, format: ExportFormat): string {
  return path.toLowerCase().endsWith(format.suffix) ? path : `${path}${format.suffix}`;
}

/** What was written, and the first of what was left out. */
export function summary(name: string, keys: readonly string[], warnings: readonly string[]): string {
  const count = keys.length === 1 ? "1 key" : `${keys.length} keys`;
  const [first] = warnings;
  const others = warnings.length > 1 ? ` (and ${warnings.length - 1} more in the log)` : "";
  return first === undefined
    ? `${count} exported to ${name}.`
    : `${count} exported to ${name}. ${plainText(first, 300)}${others}`;
}
