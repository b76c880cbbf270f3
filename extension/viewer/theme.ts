// Colours and font of VS Code's theme, as the page is given them.

export type Theme = {
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  readonly border: string;
  readonly grid: string;
  readonly cursor: string;
  readonly selection: string;
  readonly font: string;
  readonly isHighContrast: boolean;
  readonly series: readonly string[];
};

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string): string =>
    style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const classes = document.body.classList;
  const isHighContrast =
    classes.contains("vscode-high-contrast") || classes.contains("vscode-high-contrast-light");
  const foreground = color("editor-foreground", "#cccccc");
  const border = color("contrastBorder", "") || color("panel-border", "#80808059");
  return {
    background: color("editor-background", "#1e1e1e"),
    foreground,
    dim: isHighContrast ? foreground : color("descriptionForeground", "#9d9d9d"),
    border,
    grid: isHighContrast ? border : color("editorIndentGuide-background1", "#80808033"),
    cursor: color("editorCursor-foreground", foreground),
    selection: color("focusBorder", "#0078d4"),
    font: style.getPropertyValue("--vscode-font-family").trim() || "sans-serif",
    isHighContrast,
    series: [
      color("charts-blue", "#3794ff"),
      color("charts-orange", "#d18616"),
      color("charts-green", "#89d185"),
      color("charts-purple", "#b180d7"),
      color("charts-red", "#f14c4c"),
      color("charts-yellow", "#cca700"),
    ].map(opaque),
  };
}

/** Some themes' charts have colours that let the background through; a line of them would hardly be seen. */
function opaque(color: string): string {
  return /^#[\da-f]{8}$/i.test(color) ? color.slice(0, 7) : color.replace(/^rgba\((.*),[^,]*\)$/, "rgb($1)");
}
