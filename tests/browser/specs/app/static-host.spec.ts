// The same files run on any host, at its root and under a path, opened anywhere and reloaded everywhere.
import { expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import { appFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";
import { AppFrame, PAGES } from "../../pages/app-frame.js";

for (const prefix of ["/", "/tools/recovery/"]) {
  for (const { path, heading } of PAGES) {
    test(`/${path} opens and reloads on a static host under ${prefix}`, async ({ page, complaints }) => {
      const host = await StaticHost.start(appFolder(), { prefix });
      complaints.allowOrigin(host.url);
      const frame = new AppFrame(page);
      await page.goto(`${host.url}${path}`);
      await frame.expectStarted(heading);
      await page.setViewportSize({ width: 320, height: 640 });
      await expectNoSidewaysScroll(page, `/${path}`);
      await page.reload();
      await frame.expectStarted(heading);
      await host.close();
    });
  }
}

test("every link of every page leads to a page, also under a path", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder(), { prefix: "/tools/recovery/" });
  complaints.allowOrigin(host.url);
  const frame = new AppFrame(page);
  const targets = new Set<string>();
  for (const { path, heading } of PAGES) {
    await page.goto(`${host.url}${path}`);
    await frame.expectStarted(heading);
    for (const link of await page.locator("a[href]").all()) {
      targets.add(new URL((await link.getAttribute("href")) ?? "", page.url()).href.split("#")[0] ?? "");
    }
  }
  expect(targets.size, "there are links").toBeGreaterThan(3);
  for (const target of targets) {
    expect(target, "links stay with the app").toContain(host.url);
    expect((await page.request.get(target)).status(), target).toBe(200);
  }
  await host.close();
});

test("without script the first page says what this is and where to go", async ({ browser }) => {
  const host = await StaticHost.start(appFolder());
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(host.url);
  await expect(page.getByRole("heading", { level: 1, name: "Get your messages and keys back." })).toBeVisible();
  await expect(page.getByRole("link", { name: "My password" })).toBeVisible();
  await context.close();
  await host.close();
});

test("pages for local files make no request once they are loaded", async ({ page, complaints, context }) => {
  const host = await StaticHost.start(appFolder());
  complaints.allowOrigin(host.url);
  await page.goto(`${host.url}kit`);
  await new AppFrame(page).expectStarted("Print an emergency kit");
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  await context.setOffline(true);
  await page.getByLabel("Group 1", { exact: true }).fill("kh1q");
  await page.getByRole("button", { name: "Make the sheet" }).click();
  // The code is incomplete: what matters is that the page answers by itself.
  await expect(page.getByText(/The code is incomplete/)).toBeVisible();
  expect(requests).toEqual([]);
  await host.close();
});
