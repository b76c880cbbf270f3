// How variables look. Pure.

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
export function iconOf({ type, icon }: { readonly type: string; readonly icon: string }): string {
  return icon || (icons.find(({ types }) => types.test(type))?.icon ?? "symbol-variable");
}
