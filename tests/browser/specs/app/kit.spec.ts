// The emergency kit: one sheet of paper with everything on it that is needed years later.
import { QR_MODULES, qrWidths, readQr } from "../../fixtures/qr.js";
import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

/** Millimetres in CSS pixels. */
const MM = 96 / 25.4;

test("the printed sheet has the code in three forms, what it opens and where to type it, on one page", async ({ app, page }, testInfo) => {
  const code = await app.signUp();
  await app.open("/kit");
  await app.kit.make(code, ADA.address);
  await page.emulateMedia({ media: "print" });
  for (const outside of [page.getByRole("banner"), page.getByRole("contentinfo"), page.getByRole("button"), page.getByRole("heading", { level: 1 })]) {
    await expect(outside.filter({ visible: true })).toHaveCount(0);
  }
  const { sheet, qr } = app.kit;
  expect(await sheet.locator("ol").first().getByRole("listitem").allInnerTexts()).toEqual(code);
  await expect(sheet.locator("ol").nth(1).getByRole("listitem")).toHaveCount(13);
  await expect(sheet).toContainText(`The backup of ${ADA.address}`);
  await expect(sheet).toContainText(`${app.origin}/persona`);
  await expect(sheet).toContainText(/\b2026|20\d\d\b/);
  const square = await qr.screenshot();
  expect(readQr(square)).toBe(code.join("").toUpperCase());
  const { dark, light } = qrWidths(square);
  expect(Math.abs(dark / MM - 40), "40 mm wide").toBeLessThan(0.5);
  const module = dark / QR_MODULES;
  for (const margin of light) expect(margin / module, "four white modules on each side").toBeGreaterThan(3.8);
  for (const format of ["A4", "Letter"]) {
    const pdf = await page.pdf({ format });
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g), format).toHaveLength(1);
  }
  await testInfo.attach("kit", { body: await page.screenshot({ fullPage: true }), contentType: "image/png" });
});

test("the code that is shown at sign-up scans, and prints as the same sheet", async ({ app, page }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const code = await app.persona.shownCode();
  await page.getByText("Scan it with a telephone").click();
  const square = page.getByRole("img", { name: "QR code of the recovery code" }).filter({ visible: true });
  expect(readQr(await square.screenshot())).toBe(code.join("").toUpperCase());
  await page.emulateMedia({ media: "print" });
  await expect(app.kit.sheet).toBeVisible();
  await expect(app.kit.sheet).toContainText(`The backup of ${ADA.address}`);
  await expect(page.getByRole("button").filter({ visible: true })).toHaveCount(0);
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});

test("in dark mode the sheet and the square stay black on white", async ({ app, page }) => {
  const code = await app.signUp();
  await page.emulateMedia({ colorScheme: "dark" });
  await app.open("/kit");
  await app.kit.make(code, "");
  expect(readQr(await app.kit.qr.screenshot())).toBe(code.join("").toUpperCase());
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(readQr(await app.kit.qr.screenshot())).toBe(code.join("").toUpperCase());
  const colours = await app.kit.sheet.evaluate((element) => {
    const { color } = getComputedStyle(element);
    let paper = "";
    for (let at: Element | null = element; at !== null && paper === ""; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (backgroundColor !== "rgba(0, 0, 0, 0)") paper = backgroundColor;
    }
    return { color, paper };
  });
  expect(colours.color).toMatch(/rgb\((\d|1\d), (\d|1\d), (\d|1\d)\)/);
  expect(colours.paper === "" || colours.paper === "rgb(255, 255, 255)", colours.paper).toBe(true);
});

test("nothing of the code leaves the page or stays behind", async ({ app, page, context }) => {
  const code = await app.signUp();
  await app.open("/kit");
  await page.waitForLoadState("networkidle");
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  await app.kit.make(code, ADA.address);
  expect(requests).toEqual([]);
  expect(page.url()).toBe(`${app.origin}/kit`);
  await page.getByRole("button", { name: "Type another code" }).click();
  await expect(page.getByLabel("Group 5", { exact: true })).toHaveValue("");
  expect(await page.content()).not.toContain(code[4]);
});
