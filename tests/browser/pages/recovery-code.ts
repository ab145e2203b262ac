// The fields of a recovery code, wherever they stand.
import type { Page } from "@playwright/test";

import type { Hand } from "./hand.js";

/** Types a code group by group. */
export async function typeCode(page: Page, hand: Hand, code: readonly string[]): Promise<void> {
  for (const [index, group] of code.entries()) {
    await hand.type(page.getByLabel(`Group ${index + 1}`, { exact: true }), group);
  }
}

/** The same code with one character changed for another one that codes use. */
export function withTypo(code: readonly string[], group: number): string[] {
  return code.map((text, index) => {
    if (index !== group - 1) return text;
    const last = text.slice(-1).toLowerCase();
    return text.slice(0, -1) + (last === "q" ? "p" : "q");
  });
}
