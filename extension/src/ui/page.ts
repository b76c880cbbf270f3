// Our pages in webviews.

import { randomUUID } from "node:crypto";
import { Uri, type Webview } from "vscode";

/**
 * Show the page of a folder, `main.js` with `style.css`; nothing comes from a network, and nothing is evaluated.
 * `pictures` is one more folder, of which it may show pictures.
 */
export function showPage(
  webview: Webview,
  folder: Uri,
  { title, pictures }: { readonly title: string; readonly pictures?: Uri },
): void {
  const address = (file: string): string => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  const nonce = randomUUID();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'unsafe-inline'`, // VS Code sets its theme's variables as inline styles
    `img-src blob: data:${pictures === undefined ? "" : ` ${webview.cspSource}`}`,
  ].join("; ");
  webview.options = { enableScripts: true, localResourceRoots: [folder, ...(pictures ? [pictures] : [])] };
  webview.html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address("style.css")}">
<title>${title}</title>
</head>
<body>
<script nonce="${nonce}" src="${address("main.js")}"></script>
</body>
</html>
`;
}
