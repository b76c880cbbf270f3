// How variables look, and how they are stored. Pure.

import type { Variable } from "../../protocol/generated";

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

/** Python that stores a variable under a data key. */
export function storingStatement(expression: string, key: string, timeKey: string): string {
  return `dm.setData(${JSON.stringify(key)}, ${expression}, ${JSON.stringify(timeKey)})`;
}

/** Python that stores all data objects among the variables that are not stored yet, and answers their keys. */
export function storingAllStatement(timeKey: string): string {
  return `dm.import_new(globals(), ${JSON.stringify(timeKey)})`;
}
