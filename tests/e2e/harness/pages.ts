// Our pages in webviews, which are frames inside frames.

import type { Frame, Page } from "playwright-core";
import { waitUntil } from "./waiting";

/** Answers the frame of the page that has such an element, once it is there. */
export async function frameWith(page: Page, selector: string): Promise<Frame> {
  let found: Frame | undefined;
  await waitUntil(`a page with ${selector} is there`, async () => {
    for (const frame of page.frames()) {
      try {
        if ((await frame.locator(selector).count()) > 0) {
          found = frame;
        }
      } catch {
        // the frame was replaced meanwhile
      }
    }
    return found !== undefined;
  });
  if (found === undefined) {
    throw new Error("unreachable");
  }
  return found;
}
