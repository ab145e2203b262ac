import type { Page } from "@playwright/test";

/** Opens a link as a mail program does: the page is loaded anew, whatever this tab shows. */
export async function openLink(page: Page, link: string): Promise<void> {
  // One that differs from what is shown by its fragment only would not load anything. Elsewhere the way over an empty
  // page would cost a process.
  if (page.url().split("#")[0] === link.split("#")[0]) await page.goto("about:blank");
  await page.goto(link);
}
