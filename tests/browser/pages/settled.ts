import { expect, type Page } from "@playwright/test";

/** Waits until the work that the last press started is over: after this the page shows what came of it. */
export async function settled(page: Page): Promise<void> {
  // The press is handled in a task of its own, and what it starts is shown in the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(page.locator("[data-working=true]")).toHaveCount(0);
}
