// Lines that the daemon writes to stderr. Pure, no VS Code.

export type LogLine = { readonly level: "debug" | "info" | "warn" | "error"; readonly text: string };

const levels: Readonly<Record<string, LogLine["level"]>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** A line of the daemon's log without its time stamp, as VS Code's log has one; anything else is an error's text. */
export function readLogLine(line: string): LogLine {
  const [, source = "", word = "", message = ""] = /^[\d-]+ [\d:,]+ (\S+) ([A-Z]+) (.*)$/.exec(line) ?? [];
  const level = levels[word];
  return level === undefined ? { level: "error", text: line } : { level, text: `${source}: ${message}` };
}
