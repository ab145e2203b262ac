import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { expect, test } from "@playwright/test";

import { OutboxMailbox, SmtpMailbox } from "../../fixtures/mail.js";

const LINK = "http://127.0.0.1:8000/password/reset.html#email=ada%40example.org&reset_code=kAAAA";

/** A mail as programs send it: the link is folded by quoted-printable in the middle. */
const MAIL = [
  "From: keyhaven@example.org",
  "To: Ada <Ada@example.org>",
  "Subject: Choose a new password",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "Somebody asked for a link.",
  "",
  `${LINK.slice(0, 40).replaceAll("=", "=3D")}=`,
  LINK.slice(40).replaceAll("=", "=3D"),
  "",
  "It works once.",
  "",
].join("\r\n");

/** Says each line when the server has answered the one before. */
async function sendBySmtp(port: number, mail: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  const lines = ["EHLO test", "MAIL FROM:<keyhaven@example.org>", "RCPT TO:<ada@example.org>", "DATA", `${mail}\r\n.`, "QUIT"];
  for (const line of lines) {
    let answer = "";
    do answer = (await answers.next()).value ?? "";
    while (/^\d{3}-/.test(answer));
    expect(answer).toMatch(/^[23]\d\d /);
    socket.write(`${line}\r\n`);
  }
  socket.end();
}

test("a link is read from the outbox, whatever the encoding of the mail", async () => {
  const dir = await mkdtemp(join(tmpdir(), "keyhaven-outbox-"));
  await writeFile(join(dir, "1.eml"), MAIL);
  await writeFile(join(dir, "1.eml.tmp"), "half a mail");
  const mailbox = new OutboxMailbox(dir);
  expect(await mailbox.resetLink("ada@EXAMPLE.org")).toBe(LINK);
  expect(await mailbox.mailsTo("grace@example.org")).toEqual([]);
  await rm(dir, { recursive: true });
});

test("an outbox that is not there yet is empty", async () => {
  expect(await new OutboxMailbox("/nonexistent/outbox").mailsTo("ada@example.org")).toEqual([]);
});

test("a link is read from a mail that came by SMTP", async () => {
  const mailbox = await SmtpMailbox.listen();
  await sendBySmtp(mailbox.port, MAIL);
  expect(await mailbox.resetLink("ada@example.org")).toBe(LINK);
  await mailbox.close();
});
