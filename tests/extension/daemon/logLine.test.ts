import { expect, test } from "vitest";
import { readLogLine } from "../../../extension/src/daemon/logLine";

test("a line of the daemon's log keeps its level and loses its time stamp", () => {
  expect(
    readLogLine("2026-11-22 20:42:08,895 whiskertoolbox_daemon.session WARNING The store is locked"),
  ).toEqual({
    level: "warn",
    text: "whiskertoolbox_daemon.session: The store is locked",
  });
});

test("what is not of the daemon's log is an error: a traceback, say", () => {
  const line = "ModuleNotFoundError: No module named 'pygls'";
  expect(readLogLine(line)).toEqual({ level: "error", text: line });
});
