// What keys do.

import type { Controls } from "./controls";

/** Do what a key stands for, unless it is typed into a field. */
export function pressed(viewer: Controls, event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target.tagName : "";
  if (["INPUT", "SELECT"].includes(target) || (target === "BUTTON" && event.key === " ")) {
    return;
  }
  const isCommand = event.ctrlKey || event.metaKey;
  const actions: Readonly<Record<string, () => void>> = isCommand
    ? {
        z: () => {
          viewer.edits.undo(event.shiftKey);
        },
        y: () => {
          viewer.edits.undo(true);
        },
      }
    : {
        ArrowLeft: () => {
          viewer.navigation.pan(event.shiftKey ? -0.02 : -0.2);
        },
        ArrowRight: () => {
          viewer.navigation.pan(event.shiftKey ? 0.02 : 0.2);
        },
        ArrowUp: () => {
          viewer.navigation.scaleAll(1.25);
        },
        ArrowDown: () => {
          viewer.navigation.scaleAll(0.8);
        },
        "+": () => {
          viewer.navigation.zoom(0.5);
        },
        "=": () => {
          viewer.navigation.zoom(0.5);
        },
        "-": () => {
          viewer.navigation.zoom(2);
        },
        Home: () => {
          viewer.setTime(viewer.state.extent.start);
        },
        End: () => {
          viewer.setTime(viewer.state.extent.end);
        },
        f: () => {
          viewer.setWindow(viewer.state.extent);
        },
        n: () => void viewer.navigation.goToNext(undefined, true),
        p: () => void viewer.navigation.goToNext(undefined, false),
        b: () => {
          viewer.navigation.toggleBookmark();
        },
        "[": () => {
          viewer.navigation.goToBookmark(false);
        },
        "]": () => {
          viewer.navigation.goToBookmark(true);
        },
        g: () => {
          viewer.typePlace();
        },
        r: () => {
          viewer.periEvent.toggle();
        },
        l: () => {
          viewer.toggleLegend();
        },
        " ": () => {
          viewer.playback.toggle();
        },
        ",": () => {
          viewer.navigation.step(-1);
        },
        ".": () => {
          viewer.navigation.step(1);
        },
        Delete: () => {
          viewer.edits.deleteSelected();
        },
      };
  if (!isCommand && /^[1-9]$/.test(event.key)) {
    event.preventDefault();
    viewer.edits.assignSelected(Number(event.key));
    return;
  }
  const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (action !== undefined) {
    event.preventDefault();
    action();
  }
}
