// The page's beginning.

import type { Host } from "./bridge";
import { Viewer } from "./viewer";

declare function acquireVsCodeApi(): Host;

new Viewer(acquireVsCodeApi(), document.body);
