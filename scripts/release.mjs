// `npm run release`: builds what is published, checks it, and says what would be done; `-- --publish` does it.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { main } from "./lib/main.mjs";
import { ensureNpmPackages } from "./lib/npm.mjs";
import { ROOT } from "./lib/paths.mjs";
import { run, show, UserError } from "./lib/process.mjs";
import { ensureProjectEnvironment } from "./lib/python.mjs";
import {
  describeArtifacts,
  describeCheckout,
  missingSecrets,
  problemsOf,
  publications,
} from "./lib/release.mjs";
import { ensureVsix } from "./lib/vsix.mjs";

const DIST = join(ROOT, "build", "python");

async function build(python) {
  const vsix = await ensureVsix(python);
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  await run(python, ["-m", "hatchling", "build", "-d", DIST]);
  const built = readdirSync(DIST).map((name) => join(DIST, name));
  const [wheel, sdist] = [".whl", ".tar.gz"].map((end) => built.find((path) => path.endsWith(end)));
  return { vsix, wheel, sdist };
}

await main(async () => {
  const { values } = parseArgs({ options: { tag: { type: "string" }, publish: { type: "boolean" } } });
  await ensureNpmPackages();
  const python = await ensureProjectEnvironment("dev");
  const files = await build(python);
  const artifacts = await describeArtifacts(python, files);
  const checkout = describeCheckout(ROOT);
  const problems = problemsOf({ ...checkout, artifacts, tag: values.tag });
  console.log(`Release ${checkout.version}:`);
  for (const [kind, path] of Object.entries(files)) console.log(`  ${kind}: ${relative(ROOT, path)}`);
  for (const problem of problems) console.log(`  ✗ ${problem}`);

  const commands = publications({ python, ...files });
  if (values.publish !== true) {
    for (const { to, secret, program, args } of commands) {
      console.log(`  to ${to}, with the secret ${secret}:\n    ${[program, ...args].join(" ")}`);
    }
    console.log(
      problems.length > 0 ? "It cannot be published like this." : "Nothing was published; --publish does.",
    );
    return problems.length > 0 ? 1 : 0;
  }
  if (problems.length > 0) throw new UserError("Nothing was published: see above.");
  const missing = missingSecrets(commands, process.env);
  if (missing.length > 0) throw new UserError(`Nothing was published: ${missing.join(", ")} is not set.`);
  for (const { to, program, args } of commands) {
    console.log(`Publishing to ${to} …`);
    const code = await show(program, args);
    if (code !== 0)
      throw new UserError(`Publishing to ${to} failed. What went before it is published; run it again.`);
  }
  return 0;
});
