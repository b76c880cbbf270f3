// A file that is dropped into a Python editor becomes code that uses it.

import { DocumentDropEdit, languages, Uri, workspace } from "vscode";
import type { Context } from "../../context";
import { codeForFile } from "./model";

const uriList = "text/uri-list";

export function registerFileDrops(ctx: Context): void {
  ctx.subscriptions.push(
    languages.registerDocumentDropEditProvider(
      { language: "python" },
      {
        async provideDocumentDropEdits(_document, _position, transfer) {
          const text = await transfer.get(uriList)?.asString();
          const paths = (text ?? "")
            .split(/\r?\n/)
            .filter((line) => line.startsWith("file:"))
            .map((line) => workspace.asRelativePath(Uri.parse(line), false));
          if (paths.length === 0) {
            return undefined;
          }
          const edit = new DocumentDropEdit(paths.map(codeForFile).join("\n"));
          edit.title = "Insert code for the file";
          return edit;
        },
      },
      { dropMimeTypes: [uriList] },
    ),
  );
}
