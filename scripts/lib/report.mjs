// Counting what passed and failed, over checks and test suites alike.

import { existsSync, readFileSync } from "node:fs";

/** Counts of a JUnit report; a suite that failed without a failed test in it (or without a report) counts one. */
export function countSuite(report, exitCode, platform = process.platform) {
  const suites = existsSync(report) ? [...readFileSync(report, "utf8").matchAll(/<testsuite\s[^>]*>/g)] : [];
  const sum = (name) =>
    suites.reduce(
      (total, [tag]) => total + Number(tag.match(new RegExp(`\\s${name}="(\\d+)"`))?.[1] ?? 0),
      0,
    );
  const skipped = sum("skipped");
  // A skipped test shows nothing. On Linux every test runs; elsewhere those are skipped that the system has no ground for.
  const failed = sum("failures") + sum("errors") + (platform === "linux" ? skipped : 0);
  const passed = sum("tests") - sum("failures") - sum("errors") - skipped;
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: unexplained ? 1 : failed, skipped };
}

/** A table of results, the totals in the last line. */
export function printResults(results) {
  console.log("\n");
  for (const { name, passed, failed, skipped = 0, seconds } of results) {
    const remark = skipped > 0 ? ` (${skipped} skipped)` : "";
    console.log(
      `${failed > 0 ? "✗" : "✓"} ${name}: ${passed} passed, ${failed} failed${remark}, ${seconds} s`,
    );
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`\ntotal: ${total("passed")} passed, ${total("failed")} failed`);
  return total("failed");
}
