import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countSuite } from "../../scripts/lib/report.mjs";

function reportWith(...suites) {
  const file = join(mkdtempSync(join(tmpdir(), "report-")), "report.xml");
  writeFileSync(file, `<?xml version="1.0"?>\n<testsuites>${suites.join("\n")}</testsuites>`);
  return file;
}

test("the counts of all suites of a report are added up", () => {
  const report = reportWith(
    '<testsuite name="a" tests="5" failures="1" errors="1" skipped="0"></testsuite>',
    '<testsuite name="b" tests="3" failures="0" errors="0" skipped="0"></testsuite>',
  );
  expect(countSuite(report, 1)).toEqual({ passed: 6, failed: 2, skipped: 0 });
});

test("a skipped test counts as failed where every test runs", () => {
  const report = reportWith('<testsuite name="a" tests="2" failures="0" errors="0" skipped="1"></testsuite>');
  expect(countSuite(report, 0, "linux")).toEqual({ passed: 1, failed: 1, skipped: 1 });
  expect(countSuite(report, 0, "win32")).toEqual({ passed: 1, failed: 0, skipped: 1 });
});

test("a run that fails without a failed test counts one failure", () => {
  const report = reportWith('<testsuite name="a" tests="2" failures="0" errors="0" skipped="0"></testsuite>');
  expect(countSuite(report, 3)).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test("a run that leaves no report has failed, whatever it answers", () => {
  expect(countSuite(join(tmpdir(), "there-is-no-such-report.xml"), 0)).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});
