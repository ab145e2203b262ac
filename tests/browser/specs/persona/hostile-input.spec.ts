// Bad input gets a clear error and nothing is lost: every field of every page.
import { expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import { HOSTILE_TEXTS } from "../../fixtures/hostile-text.js";
import { expect, QUICK_DERIVATION, test } from "../../fixtures/test.js";
import { ADA, type App } from "../../pages/app.js";
import { Form, type FormDescription } from "../../pages/form.js";

// Wrong passwords are the subject here; how many are allowed is another test's.
test.use({ serverConfig: `${QUICK_DERIVATION}\nwrong_passwords = 100000` });

const PASSWORD = "quiet ladder mango seven";

interface Subject extends FormDescription {
  readonly name: string;
  /** Leads to the form, which is empty. */
  readonly open: (app: App, link: () => Promise<string>) => Promise<void>;
  /** Fields that take what people like to write; a hostile text may be a good value there. */
  readonly free?: readonly string[];
}

const SUBJECTS: readonly Subject[] = [
  {
    name: "sign in",
    screen: "Sign in",
    fields: { "E-mail address": ADA.address, Password: "not my password" },
    submit: "Sign in",
    open: (app) => app.open("/persona"),
  },
  {
    name: "sign up",
    screen: "Create an account",
    // Taken, so that no try makes an account.
    fields: { "E-mail address": ADA.address, "New password": PASSWORD, "New password again": PASSWORD },
    submit: "Create my account",
    open: async (app) => {
      await app.open("/persona");
      await app.persona.openSignUp();
    },
  },
  {
    name: "ask for a link",
    screen: "Get a link to choose a new password",
    fields: { "E-mail address": "" },
    submit: "Send the link",
    open: (app) => app.open("/password/reset.html"),
  },
  {
    name: "choose a password",
    screen: `Choose a new password for ${ADA.address}`,
    fields: { "New password": PASSWORD, "New password again": PASSWORD },
    submit: "Set the new password",
    open: async (app, link) => {
      await app.askForLink(ADA.address);
      await app.reset.follow(await link(), ADA.address);
    },
  },
  {
    name: "emergency kit",
    screen: "Print an emergency kit",
    fields: { "Group 1": "kh1q", "Group 5": "qqqq", "The words, or any text that has the code in it": "" },
    submit: "Make the sheet",
    open: async (app) => {
      await app.open("/kit");
      await app.page.getByText("I have it as words, or in a text to paste").click();
    },
  },
  {
    name: "change the password",
    screen: "Change the password",
    fields: { "Password you have now": "not my password", "New password": PASSWORD, "New password again": PASSWORD },
    submit: "Change the password",
    open: async (app) => {
      await app.signIn();
      await app.vault.openSettings();
      await app.settings.choose("Change the password");
    },
  },
  {
    name: "check the code",
    screen: "Do you still have your recovery code?",
    fields: { "Group 1": "kh1q", "Group 9": "qqqq", "The words, or any text that has the code in it": "" },
    submit: "Check my code",
    open: async (app) => {
      await app.signIn();
      await app.vault.openSettings();
      await app.settings.openCheckCode();
      await app.page.getByText("I have it as words, or in a text to paste").click();
    },
  },
  {
    name: "name of a persona",
    screen: "Your personas",
    fields: { Name: "Work" },
    free: ["Name"],
    submit: "Encrypt and store",
    open: async (app) => {
      await app.signIn();
      await app.vault.pick({ name: "work.persona", bytes: Buffer.from("keys") });
    },
  },
];

for (const subject of SUBJECTS) {
  test(`every field of: ${subject.name}`, async ({ app, server, page }) => {
    await app.signUp();
    await subject.open(app, () => server.mailbox.resetLink(ADA.address));
    const form = new Form(page, subject);
    await form.expectShown();
    for (const field of Object.keys(subject.fields)) {
      for (const { name, text } of HOSTILE_TEXTS) {
        await test.step(`${field}: ${name}`, async () => {
          const free = subject.free?.includes(field) ?? false;
          const outcome = await form.submit({ [field]: text });
          if (outcome === "refused" && !free) await form.expectClearError();
          expect(outcome === "refused" || free, "accepted only where anything may be written").toBe(true);
          await expect(page.locator("html")).toHaveAttribute("data-start", "started");
          await expectNoSidewaysScroll(page, name);
          await expect(page.locator("main img, main script")).toHaveCount(0);
          if (free && !(await app.vault.nameField.isVisible())) await app.vault.pick({ name: "work.persona", bytes: Buffer.from("keys") });
        });
      }
    }
    await app.signIn();
  });
}

test("every field of a locked backup", async ({ app, server, page }) => {
  const code = await app.signUp();
  await app.askForLink(ADA.address);
  const afterwards = { ...ADA, password: PASSWORD };
  await app.resetAndSignIn(await server.mailbox.resetLink(ADA.address), afterwards);

  await app.persona.openUnlockByOldPassword();
  const byPassword = new Form(page, {
    screen: "Open your backup with your old password",
    fields: { "Old password": "" },
    submit: "Unlock my backup",
  });
  for (const { name, text } of HOSTILE_TEXTS) {
    expect(await byPassword.submit({ "Old password": text }), name).toBe("refused");
    await byPassword.expectClearError();
  }
  await page.getByRole("button", { name: "Open it another way" }).click();

  await app.persona.openUnlockByCode();
  await page.getByText("I have it as words, or in a text to paste").click();
  const whole = "The words, or any text that has the code in it";
  const byCode = new Form(page, {
    screen: "Open your backup with your recovery code",
    fields: { "Group 1": "kh1q", "Group 5": "qqqq", [whole]: "" },
    submit: "Unlock my backup",
  });
  for (const field of ["Group 1", "Group 5", whole]) {
    for (const { name, text } of HOSTILE_TEXTS) {
      expect(await byCode.submit({ [field]: text }), `${field}: ${name}`).toBe("refused");
      await byCode.expectClearError();
    }
  }
  await page.getByLabel(whole).fill("");
  await app.persona.submitCode(code);
  await app.vault.expectOpen();
});

test("both groups that confirm a code", async ({ app, page }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const code = await app.persona.shownCode();
  const groups = await app.persona.openConfirm();
  const [first, second] = groups.map((group) => `Group ${group}`);
  const form = new Form(page, {
    screen: "Check that you can read it back",
    fields: { [first ?? ""]: code[groups[0] - 1] ?? "", [second ?? ""]: code[groups[1] - 1] ?? "" },
    submit: "Confirm my code",
  });
  for (const field of [first ?? "", second ?? ""]) {
    for (const { name, text } of HOSTILE_TEXTS) {
      expect(await form.submit({ [field]: text }), `${field}: ${name}`).toBe("refused");
      await form.expectClearError();
    }
  }
  expect(await form.submit({})).toBe("accepted");
  await app.vault.expectOpen();
});

const LINKS = [
  "email=ada@example.org",
  "reset_code=kAAAA",
  "email=&reset_code=",
  "email=%zz&reset_code=%",
  `email=${encodeURIComponent("<img src=x onerror=alert(1)>")}@example.org&reset_code=k${"A".repeat(43)}`,
  `email=ada@example.org&reset_code=${"k".repeat(20_000)}`,
  "email=ada@example.org&email=eve@example.org&reset_code=x&reset_code=y",
  "email=ada%00@example.org&code=%E2%80%AE",
];

for (const separator of ["?", "#"]) {
  test(`links that are broken behind ${separator}`, async ({ app, page }) => {
    for (const link of LINKS) {
      // Each has another path than the one before it, so each is loaded anew.
      for (const path of ["/password/reset.html", "/password-reset.html", "/persona", "/kit", "/verify", "/"]) {
        await app.open(`${path}${separator}${link}`);
        await expect(page.locator("html"), `${path} ${link.slice(0, 60)}`).toHaveAttribute("data-start", "started");
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        expect(page.url()).toBe(`${app.origin}${path}`);
        await expect(page.locator("main img")).toHaveCount(0);
      }
    }
  });
}
