/** The running server, in a folder of its own, and the mail that it leaves there. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** How long it may take until it listens, and until a letter is there. */
const PATIENCE_MS = 20_000;

export class Server {
  readonly url: string;
  readonly #home: string;
  readonly #child: ChildProcess;

  private constructor(url: string, home: string, child: ChildProcess) {
    this.url = url;
    this.#home = home;
    this.#child = child;
  }

  static async start(): Promise<Server> {
    const home = await mkdtemp(join(tmpdir(), "keyhaven-npm-"));
    const words = ["serve", "--listen", "127.0.0.1:0", "--data", join(home, "data")];
    // The harness has variables under the prefix of the server's settings, which refuses what it does not know.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KEYHAVEN_")));
    const child = spawn(process.env["KEYHAVEN_BINARY"] ?? "", words, { env, stdio: ["ignore", "pipe", "pipe"] });
    const listening = new Promise<string>((resolve, reject) => {
      setTimeout(() => reject(new Error("the server does not listen")), PATIENCE_MS).unref();
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", (line) => {
          const url = /^listening on (http:\/\/\S+?)\/?$/.exec(line)?.[1];
          if (url !== undefined) resolve(url);
        });
      }
    });
    return new Server(await listening, home, child);
  }

  /** The link in the `count`-th letter to this address that has one to such a page. */
  async link(address: string, page: "reset" | "confirm", count = 1): Promise<string> {
    const wanted = page === "reset" ? /^https?:\/\/\S*reset\S*#\S+$/m : /^https?:\/\/\S*\/confirm#code=\S+$/m;
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
      const links = (await this.#letters(address)).flatMap((letter) => wanted.exec(letter)?.[0] ?? []);
      const link = links[count - 1];
      if (link !== undefined) return link;
    }
    throw new Error(`no letter ${count} to ${address} has a link to ${page}`);
  }

  /** Follows the link that confirms a sign-up, and clicks. */
  async confirm(address: string): Promise<void> {
    const code = new URLSearchParams(new URL(await this.link(address, "confirm")).hash.slice(1)).get("code");
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.url}/persona/v1/confirm`, { method: "POST", headers, body: JSON.stringify({ code }) });
    if (!answer.ok) throw new Error(`the confirmation was answered with ${answer.status}`);
  }

  async #letters(address: string): Promise<string[]> {
    const outbox = join(this.#home, "data/outbox");
    const names = await readdir(outbox).catch(() => []);
    const letters = await Promise.all(names.filter((name) => name.endsWith(".eml")).sort().map((name) => readFile(join(outbox, name), "utf8")));
    return letters.filter((letter) => letter.includes(address)).map(unfolded);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
    await rm(this.#home, { recursive: true, force: true });
  }
}

/** The text, where it is quoted-printable (RFC 2045, 6.7). */
function unfolded(letter: string): string {
  const text = letter.replaceAll("\r\n", "\n");
  if (!/quoted-printable/i.test(text)) return text;
  return text.replace(/=\n/g, "").replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
