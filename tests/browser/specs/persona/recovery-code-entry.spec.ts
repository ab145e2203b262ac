// A code is typed by frightened people from crumpled paper: what carries no information is forgiven, what is wrong is
// pointed at, and nothing is put right silently.
import { expect, test } from "../../fixtures/test.js";
import { withTypo } from "../../pages/recovery-code.js";

test.beforeEach(async ({ app }) => {
  await app.open("/persona");
});

async function openCheck(app: import("../../pages/app.js").App): Promise<string[]> {
  const code = await app.signUp();
  await app.vault.openSettings();
  await app.settings.openCheckCode();
  return code;
}

const OPENS = "This code opens your backup.";

test("one wrong character is pointed at, and put right only when the person says so", async ({ app, page }) => {
  const code = await openCheck(app);
  const typed = withTypo(code, 5);
  await app.settings.checkCode(typed);
  await expect(page.getByText(/One character looks wrong, in group 5\. Did you mean/)).toBeVisible();
  const field = page.getByLabel("Group 5", { exact: true });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Group 4", { exact: true })).toHaveAttribute("aria-invalid", "false");
  await expect(field, "it is still as typed").toHaveValue(typed[4] ?? "");
  await page.getByRole("button", { name: "Use the suggestion" }).click();
  await expect(field).toHaveValue(new RegExp(`^${code[4]}$`, "i"));
  await page.getByRole("button", { name: "Check my code" }).click();
  await expect(page.getByText(OPENS)).toBeVisible();
});

test("a character that no code has is named with its group", async ({ app, page }) => {
  const code = await openCheck(app);
  await app.settings.checkCode(code.map((text, index) => (index === 2 ? `b${text.slice(1)}` : text)));
  await expect(page.getByText(/Check group 3: ‘b’ is never used in a code\./i)).toBeVisible();
  await expect(page.getByLabel("Group 3", { exact: true })).toHaveAttribute("aria-invalid", "true");
});

test("an incomplete code says how much is missing, and an empty one asks for a code", async ({ app, page }) => {
  const code = await openCheck(app);
  await app.settings.checkCode(code.map((text, index) => (index === 8 ? text.slice(0, 1) : text)));
  await expect(page.getByText("The code is incomplete: 3 characters are missing.")).toBeVisible();
  await app.settings.checkCode(code.map(() => ""));
  await expect(page.getByText("Type your recovery code.")).toBeVisible();
});

/** Puts the text on the clipboard of the page's own paste event: what a person's paste does. */
async function paste(page: import("@playwright/test").Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test("a code pasted into any group fills all of them", async ({ app, page }) => {
  const code = await openCheck(app);
  await paste(page, "Group 4", `\n  ${code.join("-").toUpperCase()} \n`);
  for (const [index, group] of code.entries()) {
    await expect(page.getByLabel(`Group ${index + 1}`, { exact: true })).toHaveValue(new RegExp(`^${group}$`, "i"));
  }
  await page.getByRole("button", { name: "Check my code" }).click();
  await expect(page.getByText(OPENS)).toBeVisible();
});

test("the whole saved file, the words, and a code full of noise all open it", async ({ app, page }) => {
  await app.persona.createAccount({ address: "ada@example.org", password: "walrus kettle orbit plum" });
  const code = await app.persona.shownCode();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("keyhaven-recovery-code.txt");
  const { readFile } = await import("node:fs/promises");
  const file = (await readFile(await saved.path())).toString();
  await page.getByText("Show it as words").click();
  const words = await page.getByRole("group").filter({ hasText: "Show it as words" }).getByRole("listitem").allTextContents();
  expect(words).toHaveLength(13);
  await app.persona.confirmCode(code);
  await app.vault.openSettings();
  await app.settings.openCheckCode();
  const whole = page.getByLabel("The words, or any text that has the code in it");
  await page.getByText("I have it as words, or in a text to paste").click();
  const noisy = [...code.join("")].join(" ").replaceAll("0", "O");
  for (const text of [file, words.join(" "), words.join("\n").toUpperCase(), `my code: ${code.join("--")} keep it`, noisy]) {
    await whole.fill(text);
    await page.getByRole("button", { name: "Check my code" }).click();
    await expect(page.getByText(OPENS), text).toBeVisible();
    await app.settings.backToMenu();
    await app.settings.openCheckCode();
    await expect(whole).toHaveValue("");
    await page.getByText("I have it as words, or in a text to paste").click();
  }
  await whole.fill(words.with(3, words[3] === "zoo" ? "abandon" : "zoo").join(" "));
  await page.getByRole("button", { name: "Check my code" }).click();
  await expect(page.getByText(/These words do not fit together/)).toBeVisible();
});

test("a typing mistake in the large field can be repaired by its button too", async ({ app, page }) => {
  const code = await openCheck(app);
  await page.getByText("I have it as words, or in a text to paste").click();
  const whole = page.getByLabel("The words, or any text that has the code in it");
  await whole.fill(withTypo(code, 4).join(" "));
  await page.getByRole("button", { name: "Check my code" }).click();
  await expect(page.getByText(/One character looks wrong, in group 4/)).toBeVisible();
  await expect(whole).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Group 4", { exact: true }), "it is empty, and not what is wrong").toHaveAttribute("aria-invalid", "false");
  await page.getByRole("button", { name: /^Use/ }).click();
  await expect(whole).toHaveValue("");
  await page.getByRole("button", { name: "Check my code" }).click();
  await expect(page.getByText(OPENS)).toBeVisible();
  // A text around the code stays as the person has it.
  await app.settings.backToMenu();
  await app.settings.openCheckCode();
  await page.getByText("I have it as words, or in a text to paste").click();
  await whole.fill(`my code: ${withTypo(code, 4).join(" ")} keep it safe`);
  await page.getByRole("button", { name: "Check my code" }).click();
  await expect(page.getByText(/One character looks wrong, in group 4/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Use/ })).toHaveCount(0);
});

test("checking a code sends nothing of it", async ({ app, page, context }) => {
  const code = await openCheck(app);
  const sent: string[] = [];
  context.on("request", (request) => {
    sent.push(bare(request.url()), bare(JSON.stringify(request.headers())), bare(request.postData() ?? ""));
  });
  await app.settings.checkCode(code);
  await expect(page.getByText(OPENS)).toBeVisible();
  expect(sent.length, "the page asked the server for what the code opens").toBeGreaterThan(0);
  // A third of it would be too much already.
  const parts = code.slice(2).map((_, index) => code.slice(index, index + 3).join(""));
  for (const text of sent) for (const part of parts) expect(text).not.toContain(part.toLowerCase());
});

/** Without whatever may stand between characters, escapes included. */
function bare(text: string): string {
  return text.replace(/%[0-9a-f]{2}|\\u[0-9a-f]{4}|[^0-9a-z]/gi, "").toLowerCase();
}
