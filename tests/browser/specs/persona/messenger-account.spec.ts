// An account that a client of the original wire made: its reset sends what was typed, and the page says where it opens
// something, since this app cannot.
import { expect, test } from "../../fixtures/test.js";

const ADDRESS = "carol@example.org";
const CHOSEN = "quiet ladder mango seven";

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`${ADDRESS}:${password}`).toString("base64")}`,
});

test("a reset of a messenger's account sets the typed password and leads back to the messenger", async ({ app, server, page, request }) => {
  const made = await request.post(`${server.origin}/accounts`, { data: { email: ADDRESS, password: "at first" } });
  expect(made.status()).toBe(200);
  await app.askForLink(ADDRESS);
  const link = await server.mailbox.resetLink(ADDRESS);
  expect(new URL(link).hash).toMatch(/reset_code=r/);
  await app.reset.follow(link, ADDRESS);
  await expect(page.getByText("opens all that the messenger stored here")).toBeVisible();
  await app.reset.choosePassword(CHOSEN);
  await expect(page.getByText("Sign in with it in the messenger that made this account.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Go on to sign in" })).toHaveCount(0);
  expect((await request.get(`${server.origin}/personas`, { headers: basic(CHOSEN) })).status()).toBe(200);
  expect((await request.get(`${server.origin}/personas`, { headers: basic("at first") })).status()).toBe(401);
});
