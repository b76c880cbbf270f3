// The status bar item, its menu, and what is said when the session's state is bad.

import { commands, StatusBarAlignment, ThemeColor, window, workspace, type QuickPickItem } from "vscode";
import { registerCommand, type Context } from "../../context";
import type { DaemonState } from "../../daemon/state";
import type { Remedy } from "../../protocol/generated";
import { showError, showWarning, type Action } from "../../ui/notify";
import { activateLoops } from "./loops";
import { contextKeys, statusText, type StatusText } from "./model";

const backgrounds: Readonly<Record<StatusText["severity"], ThemeColor | undefined>> = {
  normal: undefined,
  warning: new ThemeColor("statusBarItem.warningBackground"),
  error: new ThemeColor("statusBarItem.errorBackground"),
};

export function activateStatus(ctx: Context): void {
  const item = window.createStatusBarItem("whiskertoolbox.status", StatusBarAlignment.Left, 10);
  item.name = "WhiskerToolbox";
  item.command = "whiskertoolbox.showMenu";
  const shown = new Map<string, string>();
  const update = (state: DaemonState): void => {
    const { text, tooltip, severity } = statusText(state, workspace.isTrusted);
    item.text = text;
    item.tooltip = tooltip;
    item.backgroundColor = backgrounds[severity];
    for (const [key, value] of Object.entries(contextKeys(state))) {
      if (shown.get(key) !== value) {
        shown.set(key, value);
        void commands.executeCommand("setContext", key, value);
      }
    }
  };
  activateLoops(ctx);
  const tell = teller();
  update(ctx.daemon.state);
  item.show();
  ctx.subscriptions.push(item, ctx.daemon.onDidChangeState(update), ctx.daemon.onDidChangeState(tell));
  registerCommand(ctx, "whiskertoolbox.showMenu", () => showMenu(ctx.daemon.state));
}

const remedyActions: Readonly<Record<Remedy, Action>> = {
  selectInterpreter: "Select Interpreter…",
  installNumpy: "Install NumPy",
  restartInterpreter: "Restart Interpreter",
  showLog: "Show Log",
};

/** Shows each message of the session once. */
function teller(): (state: DaemonState) => void {
  let told = "";
  return (state) => {
    if (state.kind !== "running" || state.session.message === "") {
      told = "";
      return;
    }
    const { session } = state;
    if (session.message === told) {
      return;
    }
    told = session.message;
    const buttons = session.remedies.map((remedy) => remedyActions[remedy]);
    const isBad = session.state === "dead" || session.state === "unavailable";
    void (isBad ? showError : showWarning)(session.message, ...buttons);
  };
}

type MenuItem = QuickPickItem & { readonly command: string };

const startItems: readonly MenuItem[] = [
  { label: "$(play) Start Session", command: "whiskertoolbox.startSession" },
];
const endItems: readonly MenuItem[] = [
  {
    label: "$(refresh) Restart Session",
    description: "the session's own process",
    command: "whiskertoolbox.restartDaemon",
  },
  {
    label: "$(primitive-square) Stop Session",
    description: "now, and not some time after the window was closed",
    command: "whiskertoolbox.stopSession",
  },
];

async function showMenu(state: DaemonState): Promise<void> {
  const items: readonly MenuItem[] = [
    { label: "$(terminal) Open Console", command: "whiskertoolbox.openConsole" },
    { label: "$(debug-stop) Interrupt Execution", command: "whiskertoolbox.interrupt" },
    {
      label: "$(debug-restart) Restart Interpreter",
      description: "variables are lost; data is kept",
      command: "whiskertoolbox.restartInterpreter",
    },
    {
      label: "$(clear-all) Clear Namespace",
      description: "delete all variables",
      command: "whiskertoolbox.clearNamespace",
    },
    { label: "$(symbol-method) Select Interpreter…", command: "whiskertoolbox.selectInterpreter" },
    { label: "$(folder-opened) Load Data…", command: "whiskertoolbox.loadData" },
    { label: "$(output) Show Log", command: "whiskertoolbox.showLog" },
    ...(state.kind === "off" ? startItems : endItems),
  ];
  const chosen = await window.showQuickPick(items, { title: "WhiskerToolbox" });
  if (chosen !== undefined) {
    await commands.executeCommand(chosen.command);
  }
}
