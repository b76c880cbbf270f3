// What a load config asks of Python: one question before anything is changed.

import { basename } from "node:path";
import type { Context } from "../../context";
import { methods } from "../../protocol/generated";
import { choose } from "../../ui/notify";
import { labelText } from "../../ui/text";
import type { Console } from "../console";
import { distributionWith, pathStatement, requirementsQuestion } from "./model";
import type { PackageChanges } from "./packages";
import { changeInterpreter, whatIsLost } from "./picker";

const loadAnyway = "Load Anyway";

/** Answers what asks, does it when that is wanted, and answers whether the data is to be loaded. */
export function requirementsOf(
  ctx: Context,
  console: Console,
  changes: PackageChanges,
): (config: string) => Promise<boolean> {
  const interpreter = () =>
    ctx.daemon.state.kind === "running" ? ctx.daemon.state.session.interpreter : null;
  /** Folders that an interpreter has been given already. */
  const given = new Set<string>();
  const nameOf = (path: string): string => `${interpreter()?.processId ?? 0}\0${path}`;

  return async (config) => {
    const asked = await ctx.daemon.request(methods.dataRequirements, { path: config });
    const found = { ...asked, paths: asked.paths.filter((path) => !given.has(nameOf(path))) };
    if (found.missing.length > 0 && !found.modulesAreNeeded) {
      ctx.log.warn(`${config}: modules that scripts may need are missing: ${found.missing.join(", ")}`);
    }
    const lost = found.environment === "" ? undefined : await whatIsLost(ctx, found.environment);
    const question = requirementsQuestion(basename(config), found, lost);
    if (question === undefined) {
      return true;
    }
    const action = question.action === undefined ? undefined : labelText(question.action, 60);
    const answer = await choose({
      ...question,
      answers: action === undefined ? [loadAnyway] : [action, loadAnyway],
    });
    if (answer === undefined || answer === loadAnyway) {
      return answer !== undefined;
    }
    if (found.environment !== "") {
      await changeInterpreter(ctx, found.environment);
    }
    const python = interpreter()?.executable;
    const modules = found.modulesAreNeeded ? found.missing : [];
    if (modules.length > 0 && python !== undefined) {
      const isDone = await changes.install(python, modules.map(distributionWith));
      if (!isDone) {
        return false;
      }
    }
    if (found.paths.length > 0) {
      await console.run(pathStatement(found.paths));
      found.paths.forEach((path) => given.add(nameOf(path)));
    }
    return true;
  };
}
