// A viewer's page in a webview: loads it, answers it, and tells it what changes.

import { env, Uri, window, workspace, type Webview } from "vscode";
import type { Picture, Selection, ToExtension, ToPage } from "../../../viewer/messages";
import type { Context } from "../../context";
import type { Owned } from "../../owned";
import { methods, type RequestMethod, type ViewerState } from "../../protocol/generated";
import { messageOf, showFailure, showHint } from "../../ui/notify";
import { showPage } from "../../ui/page";
import { mayAsk } from "./model";

export type PageActions = {
  readonly layoutChanged: (text: string) => void;
  readonly stateChanged: (state: ViewerState) => void;
  readonly selected: (selection: Selection | undefined) => void;
  readonly run: (code: string) => Promise<void>;
  readonly insert: (code: string) => Promise<void>;
  /** Let the user choose data keys. */
  readonly chooseKeys: () => Promise<readonly string[]>;
};

export class ViewerPage implements Owned {
  readonly #ctx: Context;
  readonly #webview: Webview;
  readonly #actions: PageActions;
  readonly #owned: Owned[] = [];
  #waiting: ToPage[] | undefined = [];

  constructor(ctx: Context, webview: Webview, extensionUri: Uri, actions: PageActions) {
    this.#ctx = ctx;
    this.#webview = webview;
    this.#actions = actions;
    this.#owned.push(
      webview.onDidReceiveMessage((message: ToExtension) => {
        this.#receive(message).catch((error: unknown) => {
          ctx.log.error(`viewer: ${messageOf(error)}`);
          showFailure(error, "Show Log");
        });
      }),
      ctx.daemon.on(methods.dataChanged, () => {
        this.tell({ kind: "dataChanged" });
      }),
      ctx.daemon.onDidChangeState((state) => {
        const message = state.kind === "running" ? "" : "The session is not running.";
        this.tell({ kind: "connection", message });
      }),
    );
    showPage(webview, Uri.joinPath(extensionUri, "dist", "viewer"), { title: "WhiskerToolbox Viewer" });
  }

  /** Tell the page something; kept until the page is there. */
  tell(message: ToPage): void {
    if (this.#waiting === undefined) {
      void this.#webview.postMessage(message);
    } else {
      this.#waiting.push(message);
    }
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0)) {
      owned.dispose();
    }
  }

  async #receive(message: ToExtension): Promise<void> {
    switch (message.kind) {
      case "ready": {
        const waiting = this.#waiting ?? [];
        this.#waiting = undefined;
        for (const early of waiting) {
          this.tell(early);
        }
        return;
      }
      case "request":
        this.tell(await this.#answer(message.id, message.method, message.params));
        return;
      case "layout":
        this.#actions.layoutChanged(message.text);
        return;
      case "state":
        this.#actions.stateChanged(message.state);
        return;
      case "selected":
        this.#actions.selected(message.selection);
        return;
      case "save":
        await save(message.picture);
        return;
      case "copy":
        await env.clipboard.writeText(message.text);
        showHint(`${message.what} is in the clipboard.`);
        return;
      case "run":
        await this.#actions.run(message.code);
        return;
      case "hint":
        showHint(message.text);
        return;
      case "insert":
        await this.#actions.insert(message.code);
        return;
      case "addKeys":
        this.tell({ kind: "add", keys: await this.#actions.chooseKeys() });
        return;
    }
  }

  async #answer(id: number, name: string, params: unknown): Promise<ToPage> {
    if (!mayAsk(name)) {
      return { kind: "failure", id, message: `The viewer may not ask ${name}.` };
    }
    try {
      const method: RequestMethod<unknown, unknown> = { method: name };
      return { kind: "answer", id, result: await this.#ctx.daemon.request(method, params) };
    } catch (error) {
      return { kind: "failure", id, message: messageOf(error) };
    }
  }
}

async function save({ name, type, data }: Picture): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, `${name}.${type}`) }),
    filters: { [type.toUpperCase()]: [type] },
  });
  if (target !== undefined) {
    const content = type === "png" ? Buffer.from(data, "base64") : Buffer.from(data, "utf8");
    await workspace.fs.writeFile(target, content);
  }
}
