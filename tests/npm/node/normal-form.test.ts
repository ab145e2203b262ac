/** The platform's normal forms of addresses, held to those of the app. */

import { test } from "node:test";

import { equal, utf8 } from "../suite/check.js";
import { vectors } from "./vectors.js";

interface NormalForms {
  addressForm(text: Uint8Array): Uint8Array;
  composed(text: Uint8Array): Uint8Array;
}

// Beside the tests: the package shows it to nobody.
const { addressForm, composed } = (await import(new URL("../normal-form.js", import.meta.url).href)) as NormalForms;

const form = (typed: string): string => Buffer.from(addressForm(utf8(typed.trim()))).toString();

for (const { name, input, output, error } of vectors("../persona/address", "address.normalise")) {
  const typed = input["typed"] as unknown as string;
  if (output !== undefined) test(`address: ${name}`, () => equal(form(typed), output["normalised"] as unknown));
  // A text that was refused before, nobody asks the form of.
  else if ((error as unknown as { name: string }).name === "domain") test(`address: ${name}`, () => equal(form(typed).endsWith("@"), true));
}

test("what a browser would read as a number or a part of an address of a page is no domain", () => {
  for (const domain of ["\uff11\uff12\uff17.\uff11", "\uff10x7f.1", "b\u00fccher.example:8", "b\u00fccher\uff0fx", "xn--", "a".repeat(60) + "\u00fc.org"]) {
    equal(form(`a@${domain}`), "a@", domain);
  }
});

test("what lower case takes apart is put together again", () => {
  // Lower case makes two characters of U+0130, and then the marks change places.
  equal(form("\u0130\u0331@example.org"), "i\u0331\u0307@example.org");
});

test("a character that this platform does not know is refused", () => {
  for (const run of [() => form("\u{e0fff}@example.org"), () => composed(utf8("pass\u{e0fff}word"))]) {
    let code: unknown;
    try {
      run();
    } catch (error) {
      code = (error as { code: string }).code;
    }
    equal(code, "unknown-character");
  }
  equal(Buffer.from(composed(utf8("pa\u0308ss"))).toString(), "p\u00e4ss");
});
