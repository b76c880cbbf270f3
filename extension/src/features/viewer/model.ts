// What the viewer's page is, and what it may ask. Pure.

/** What the page may ask the daemon. */
const askable: ReadonlySet<string> = new Set(
  ["describe", "read", "frame", "find", "edit"].map((name) => `whiskertoolbox/views/${name}`),
);

export function mayAsk(method: string): boolean {
  return askable.has(method);
}

/** The page: its own script and style, nothing from a network, nothing evaluated. */
export function page(options: {
  readonly script: string;
  readonly style: string;
  readonly source: string;
  readonly nonce: string;
}): string {
  const { script, style, source, nonce } = options;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'unsafe-inline'`, // VS Code sets its theme's variables as inline styles
    "img-src blob: data:",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>WhiskerToolbox Viewer</title>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
