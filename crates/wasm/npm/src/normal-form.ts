/**
 * Normal forms by the tables of Unicode that the platform has. They are the same everywhere for every character that the
 * platform knows (UAX 15, "Stability of Normalized Forms"); a text with another one is refused.
 */

import { KeyhavenError } from "./error.js";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A password in NFC. @internal */
export function composed(text: Uint8Array): Uint8Array {
  return encoder.encode(known(decoder.decode(text)).normalize("NFC"));
}

/** An address: local part in lower case, `@`, and the domain in its ASCII form, or nothing where it has none. @internal */
export function addressForm(text: Uint8Array): Uint8Array {
  const [local = "", domain = ""] = known(decoder.decode(text)).split("@");
  return encoder.encode(`${localForm(local)}@${domainForm(domain.replace(/\.$/, ""))}`);
}

function known(text: string): string {
  if (/\p{Cn}/u.test(text)) throw new KeyhavenError("unknown-character");
  return text;
}

/** Lower case can decompose and composing can change case mappings, so both are repeated until nothing moves. */
function localForm(local: string): string {
  let form = local.normalize("NFC");
  for (let turn = 0; turn < 4; turn += 1) form = form.toLowerCase().normalize("NFC");
  return form;
}

/** UTS 46, as browsers do for addresses of pages. */
function domainForm(domain: string): string {
  // What a browser would take for something else than a name is none. So is what it reads as a number.
  if (/[\u0000-\u0020%#/:<>?@[\\\]^|\u007f]/.test(domain)) return "";
  const form = /^[!-~]*$/.test(domain) && !/(^|\.)xn--/i.test(domain) ? domain.toLowerCase() : hostName(domain);
  const labels = form.split(".");
  return form.length <= 253 && labels.every((label) => label !== "" && label.length <= 63) ? form : "";
}

function hostName(domain: string): string {
  try {
    const name = new URL(`https://${domain}`).hostname;
    return /(^|\.)(\d+|0x[\da-f]*)$/.test(name) ? "" : name;
  } catch {
    return "";
  }
}
