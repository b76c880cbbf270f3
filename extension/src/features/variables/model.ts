// How variables look, and the code by which they are stored and of what else is done with them. Pure.

import { pythonKeywords } from "../../keywords";
import type { Variable, VariableKind, Variables } from "../../protocol/generated";
import { plainText } from "../../ui/text";

/** A row of the view. */
export type VariableNode =
  | { readonly kind: "variable"; readonly path: readonly string[]; readonly variable: Variable }
  /** Functions, classes or modules. */
  | { readonly kind: "folded"; readonly of: VariableKind; readonly count: number }
  /** There are more children than are shown; choosing it shows the next ones. */
  | {
      readonly kind: "more";
      readonly level: string;
      readonly shown: number;
      readonly total: number;
    };

const icons: readonly { readonly types: RegExp; readonly icon: string }[] = [
  {
    types: /^(ndarray|list|tuple|set|frozenset|deque|range|Series|Index|array|memmap)$/,
    icon: "symbol-array",
  },
  { types: /^(dict|OrderedDict|defaultdict|mappingproxy|Counter)$/, icon: "symbol-object" },
  { types: /^(DataFrame|Table)$/, icon: "table" },
  { types: /^(int|float|complex|u?int\d+|float\d+|complex\d+)$/, icon: "symbol-numeric" },
  { types: /^(bool|bool_|NoneType)$/, icon: "symbol-boolean" },
  { types: /^(str|bytes|bytearray|str_|Path|PosixPath|WindowsPath)$/, icon: "symbol-string" },
  { types: /^(function|builtin_function_or_method|method|lambda|ufunc|partial)$/, icon: "symbol-method" },
  { types: /^(type|ABCMeta|EnumType|EnumMeta|pybind11_type)$/, icon: "symbol-class" },
  { types: /^module$/, icon: "symbol-namespace" },
  { types: /^DataManager$/, icon: "database" },
];

/** Icon (codicon) for a variable: that of a data object's kind, else by the name of its type. */
export function iconOf({ type, icon }: Pick<Variable, "type" | "icon">): string {
  return icon || (icons.find(({ types }) => types.test(type))?.icon ?? "symbol-variable");
}

/** Whether a value can be stored under a data key: a data object, but for media, which only loaders make. */
export function isStorable({ type, icon, expression }: Variable): boolean {
  return icon !== "" && expression !== "" && type !== "MediaData";
}

/** Whether the viewer can show a value: a data object. */
export function isViewable({ icon, expression }: Variable): boolean {
  return icon !== "" && expression !== "";
}

/** Python that shows a data object in the viewer; one that is not stored gets a key named after it. */
export function viewingStatement(expression: string): string {
  return `wt.plot(${expression}, name=${JSON.stringify(expression)})`;
}

/**
 * The Python of an entry of VS Code's own debug view; empty for one that is not made of names and places alone.
 *
 * Others hold what stands in the data, keys of dictionaries say, and that is not to be run.
 */
export function debuggedExpression(entry: unknown): string {
  const { variable } = (entry ?? {}) as { readonly variable?: { readonly evaluateName?: unknown } };
  const expression = variable?.evaluateName;
  return typeof expression === "string" && namesAndPlaces.test(expression) ? expression : "";
}

/** Whether an expression is the name of a variable. */
export function isName(expression: string): boolean {
  return oneName.test(expression);
}

const oneName = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const namesAndPlaces = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*|\[\d+\])*$/u;

/** Python that stores a variable under a data key. */
export function storingStatement(expression: string, key: string, timeKey: string): string {
  return `dm.setData(${JSON.stringify(key)}, ${expression}, ${JSON.stringify(timeKey)})`;
}

/**
 * Python that stores all data objects among the variables that are not stored yet, and answers their keys.
 *
 * Where code stands, the variables of the selected frame come before those of its module.
 */
export function storingAllStatement(timeKey: string, isStopped: boolean): string {
  const names = isStopped ? "{**globals(), **locals()}" : "globals()";
  return `dm.import_new(${names}, ${JSON.stringify(timeKey)})`;
}

/** What is folded away, as a row says it. */
export function foldedLabel(kind: VariableKind, count: number): string {
  const [one, many] = {
    data: ["Value", "Values"],
    function: ["Function", "Functions"],
    class: ["Class", "Classes"],
    module: ["Module", "Modules"],
  }[kind] as [string, string];
  return `${count === 1 ? one : many} (${count.toLocaleString("en")})`;
}

/** Memory for people: `1.2 MB`. */
export function memoryText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? String(Math.round(size)) : size.toFixed(1)} ${units[unit] ?? ""}`;
}

/** What the view says above its variables. */
export function summaryText({ stale, total, totalBytes, frame }: Variables, filter: string): string {
  if (stale) {
    return "The interpreter is not responding; these are the last known variables.";
  }
  const count = total.toLocaleString("en");
  const parts = [
    ...(frame === "" ? [] : [`Stopped in ${plainText(frame, 80)}`]),
    ...(filter === ""
      ? []
      : [`${count} with “${plainText(filter, 40)}” in name or type, ${memoryText(totalBytes)}`]),
    ...(filter === "" && total > 0
      ? [`${memoryText(totalBytes)} in ${total === 1 ? "1 variable" : `${count} variables`}`]
      : []),
  ];
  return parts.join(" · ");
}

/** Letters, digits and underscores: what stands in code as it is. */
const plainName = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Python for a variable, which may have another name than code can say: that of an array in a file, say. */
function reference(name: string): string {
  return plainName.test(name) ? name : `globals()[${JSON.stringify(name)}]`;
}

/** Why a text cannot be a variable's name; nothing when it can. */
export function nameProblem(name: string, taken: string): string | undefined {
  if (!plainName.test(name) || pythonKeywords.has(name)) {
    return "A name has letters, digits and underscores, and begins with no digit.";
  }
  return name === taken ? "This is its name already." : undefined;
}

export function renameCode(name: string, newName: string): string {
  return `${newName} = ${reference(name)}; del ${reference(name)}`;
}

/** A copy that does not change with the original. */
export function duplicateCode(variable: Pick<Variable, "name" | "type" | "icon">, newName: string): string {
  const { type, icon } = variable;
  const name = reference(variable.name);
  if (type === "MediaData") {
    throw new Error(
      `${name} cannot be duplicated: it stands for the video that it reads. ${newName} = ${name} gives it a second name.`,
    );
  }
  if (icon !== "") {
    // As upstream's, data objects refuse the module `copy`.
    const copied = `${newName} = type(${name}).from_columns(${name}.to_columns())`;
    return `${copied}; ${newName}.setTimeFrame(${name}.getTimeFrame())`;
  }
  return `import copy; ${newName} = copy.deepcopy(${name})`;
}

export function deleteCode(name: string): string {
  return `del ${reference(name)}`;
}

/** Python that writes variables into a `.npz` or `.mat` file. */
export function saveCode(names: readonly string[], path: string): string {
  const file = JSON.stringify(path);
  const pairs = names.map((name) => `${JSON.stringify(name)}: ${reference(name)}`).join(", ");
  return path.toLowerCase().endsWith(".mat")
    ? `import scipy.io; scipy.io.savemat(${file}, {${pairs}})`
    : `import numpy as np; np.savez(${file}, **{${pairs}})`;
}

/** Python that makes variables of what a `.npz` or `.mat` file holds. */
export function loadCode(path: string): string {
  const file = JSON.stringify(path);
  const [load, read] = path.toLowerCase().endsWith(".mat")
    ? ["import scipy.io", `scipy.io.loadmat(${file}, simplify_cells=True)`]
    : ["import numpy as np", `np.load(${file})`];
  // Python's own names are not a file's to give.
  return `${load}; globals().update({name: value for name, value in ${read}.items() if not name.startswith("__")})`;
}
