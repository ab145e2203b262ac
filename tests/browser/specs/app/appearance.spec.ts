// Every page in light and dark: nothing that a program can find wrong, and a picture to look at.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../../fixtures/accessibility.js";
import { appFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, MOVING, test } from "../../fixtures/test.js";
import { AppFrame, PAGES } from "../../pages/app-frame.js";

test.use(MOVING);

/** The colour behind everything. */
function groundOf(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const { path, heading } of PAGES) {
      test(`/${path} is accessible`, async ({ page, complaints }, testInfo) => {
        const host = await StaticHost.start(appFolder());
        complaints.allowOrigin(host.url);
        await page.goto(`${host.url}${path}`);
        await new AppFrame(page).expectStarted(heading);
        await expectAccessible(page, `/${path} in ${colorScheme}`);
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        await expect(page.locator("html")).toHaveAttribute("lang", "en");
        const ground = await groundOf(page);
        const [red = 0] = (ground.match(/\d+/g) ?? []).map(Number);
        expect(red > 128, ground).toBe(colorScheme === "light");
        await testInfo.attach(`${path || "start"} ${colorScheme}`, { body: await page.screenshot({ fullPage: true }), contentType: "image/png" });
        await host.close();
      });
    }
  });
}

test("each page has a title of its own", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder());
  complaints.allowOrigin(host.url);
  const titles = new Map<string, string>();
  for (const { path, heading } of PAGES) {
    await page.goto(`${host.url}${path}`);
    await new AppFrame(page).expectStarted(heading);
    titles.set(heading, await page.title());
  }
  expect(new Set(titles.values()).size, [...titles.values()].join(", ")).toBe(titles.size);
  for (const title of titles.values()) expect(title).toContain("Keyhaven");
  await host.close();
});

test("the switch changes the colours, and the choice is kept", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder());
  complaints.allowOrigin(host.url);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(host.url);
  const ground = (): Promise<string> => groundOf(page);
  const light = await ground();
  await page.getByRole("button", { name: "Colours: system" }).click();
  await page.getByRole("button", { name: "Colours: light" }).click();
  await expect(page.getByRole("button", { name: "Colours: dark" })).toBeVisible();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  await expect(page.getByRole("button", { name: "Colours: dark" })).toBeVisible();
  expect(await ground()).toBe(dark);
  await page.getByRole("button", { name: "Colours: dark" }).click();
  await expect.poll(ground).toBe(light);
  await host.close();
});
