// The HTML of our pages in webviews. Pure.

/** A page with a script and a style of its own, nothing from a network, nothing evaluated. */
export function page(options: {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  readonly source: string;
  readonly nonce: string;
}): string {
  const { title, script, style, source, nonce } = options;
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
<title>${title}</title>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
