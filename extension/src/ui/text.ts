// How things are written for people. Pure.

/** Text that Markdown shows as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-!|<>~]/g, "\\$&");
}

/** What people call a Python: its version, and its environment's name where that says more. */
export function interpreterName(name: string, version: string): string {
  if (version === "") {
    return name; // it did not get so far as to say which Python it is
  }
  return name.includes(version) || name === "" ? `Python ${version}` : `Python ${version} (${name})`;
}
