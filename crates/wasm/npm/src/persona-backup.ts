/// <reference lib="esnext.disposable" preserve="true" />

import { PersonaReset, type PersonaAccess, type PersonaVault } from "#glue";

import { call, makeDisposable, utf8, withSecret, withSecrets } from "./call.js";
import { KeyhavenError } from "./error.js";
import { Connection, type PersonaOptions, type PersonaServer, type Ran } from "./persona-connection.js";
import { enter, type EnteredPersona } from "./persona-entrance.js";
import {
  accountOf,
  listOf,
  restoreOf,
  valuesOf,
  type PersonaAccount,
  type PersonaFile,
  type PersonaList,
  type PersonaRestore,
  type Shown,
  type Values,
} from "./persona-list.js";

/** What a mailed link carries: the link itself, or what stands in it. */
export type ResetLink = string | URL | { readonly email: string; readonly code: string };

/**
 * An open backup of personas. Its key stays in the memory of the wasm, and the server gets nothing but ciphertext and what
 * proves who asks. Calls on one backup are done one after the other.
 */
export class PersonaBackup {
  readonly at = "open";
  readonly #vault: PersonaVault;
  readonly #connection: Connection;
  #shown: Shown;

  private constructor(vault: PersonaVault, connection: Connection, shown: Shown) {
    this.#vault = vault;
    this.#connection = connection;
    this.#shown = shown;
  }

  /** Opens the vault. @internal */
  static async over(vault: PersonaVault, connection: Connection, options: PersonaOptions): Promise<PersonaBackup> {
    try {
      const { shown } = await connection.run<Values>(vault, () => vault.open(), options);
      return new PersonaBackup(vault, connection, valuesOf(shown) as unknown as Shown);
    } catch (error) {
      vault.free();
      throw error;
    }
  }

  /**
   * Makes an account. Show the recovery code of what comes back, and have it confirmed.
   *
   * @throws {KeyhavenError} `address-taken`, `address-refused`, `empty-passphrase`, `passphrase-too-long`,
   *   `invalid-server`, `offline`, `rate-limited`, `server-busy`, `server-failed`, `bad-answer`, …
   */
  static async signUp(server: PersonaServer, address: string, password: string, options: PersonaOptions = {}): Promise<EnteredPersona> {
    return enter(server, options, (access) => withSecrets(address, password, (address, password) => access.signUp(address, password)));
  }

  /**
   * Signs in. What comes back says by `at` whether the backup is `"open"`, `"locked"` since a reset, or whether the sign-up
   * was left before its code was confirmed (`"set-up"`).
   *
   * @throws {KeyhavenError} `wrong-credentials`, and as {@link PersonaBackup.signUp}.
   */
  static async signIn(server: PersonaServer, address: string, password: string, options: PersonaOptions = {}): Promise<EnteredPersona> {
    return enter(server, options, (access) => withSecrets(address, password, (address, password) => access.signIn(address, password, false)));
  }

  /**
   * Puts the last password that opened the backup back in force, after somebody else reset it, and signs in with it.
   *
   * @throws {KeyhavenError} `wrong-old-password`, and as {@link PersonaBackup.signUp}.
   */
  static async undoReset(server: PersonaServer, address: string, oldPassword: string, options: PersonaOptions = {}): Promise<EnteredPersona> {
    return enter(server, options, (access) => withSecrets(address, oldPassword, (address, password) => access.signIn(address, password, true)));
  }

  /**
   * Sets a new password against the recovery code, without any mail, and signs in with it. Nothing is set before the
   * code was seen to open the backup.
   *
   * @throws {KeyhavenError} `recovery-code`, `wrong-recovery-code`, and as {@link PersonaBackup.signUp}.
   */
  static async recover(
    server: PersonaServer,
    address: string,
    recoveryCode: string,
    newPassword: string,
    options: PersonaOptions = {},
  ): Promise<EnteredPersona> {
    const begin = (access: PersonaAccess): void =>
      withSecrets(address, newPassword, (address, password) => withSecret(recoveryCode, (code) => access.recover(address, code, password)));
    return enter(server, options, begin, true);
  }

  /**
   * Asks for a letter with a link that sets a new password. It is the same answer whether or not there is an account.
   *
   * @throws {KeyhavenError} As {@link PersonaBackup.signUp}.
   */
  static async askForReset(server: PersonaServer, address: string, options: PersonaOptions = {}): Promise<void> {
    return reset(server, options, (course) => course.ask(utf8(address)));
  }

  /**
   * Sets a new password by such a link. It signs in and opens nothing: after {@link PersonaBackup.signIn}, the recovery code
   * or the old password unlocks. Call it only when a person has typed a password, never because a link was opened.
   *
   * @throws {KeyhavenError} `link-spent`, and as {@link PersonaBackup.signUp}.
   */
  static async finishReset(server: PersonaServer, link: ResetLink, newPassword: string, options: PersonaOptions = {}): Promise<void> {
    const { email, code } = carried(link);
    return reset(server, options, (course) => withSecret(newPassword, (password) => course.finish(email, code, password)));
  }

  /** The account, as it was read last. */
  get account(): PersonaAccount {
    return accountOf(this.#shown.account);
  }

  /**
   * What to keep on this device, without secrets, and to hand over as {@link PersonaServer.remembered}: who does so notices a
   * server that shows an older list than it showed before.
   */
  get remembered(): string | undefined {
    return this.#shown.remembered;
  }

  /** What the backup holds, read again. */
  async list(options: PersonaOptions = {}): Promise<PersonaList> {
    return listOf((await this.#do(options, (vault) => vault.list())).shown);
  }

  /**
   * Seals and stores a persona, and sees that it is there. What says it is stored was read from the server afterwards.
   *
   * @param replace The id of a persona to put it in the place of; the version before is kept by the server for a while.
   * @returns Its id.
   * @throws {KeyhavenError} `too-large`, `name-refused`, `quota-exceeded`, `gone`, `changed-meanwhile`, `list-went-back`,
   *   `account-frozen`, `account-disputed`, `sign-in-again`, …
   */
  async store(file: PersonaFile, options: PersonaOptions & { readonly replace?: string } = {}): Promise<string> {
    const { name, mediaType = "application/octet-stream", content } = file;
    if (!(content instanceof Uint8Array)) throw new KeyhavenError("invalid-argument", { argument: "content" });
    const { shown } = await this.#do(options, (vault) => vault.store(options.replace ?? "", name, mediaType, content));
    if (shown.stored === undefined) throw new KeyhavenError("internal");
    return shown.stored;
  }

  /**
   * Fetches, verifies and opens everything, or one persona, and says of each what became of it.
   *
   * @param options `id` for one persona.
   * @throws {KeyhavenError} `sign-in-again`, `offline`, … if nothing at all could be done. What one persona meets is in the result.
   */
  async restore(options: PersonaOptions & { readonly id?: string } = {}): Promise<PersonaRestore> {
    const { shown, contents } = await this.#do(options, (vault) => vault.restore(options.id ?? ""));
    if (shown.restoredAgainst === undefined) throw new KeyhavenError("internal");
    return restoreOf(shown, contents);
  }

  /**
   * Deletes a persona. The server keeps it for a while, and its page brings it back.
   *
   * @throws {KeyhavenError} `gone`, and as {@link PersonaBackup.store}.
   */
  async delete(id: string, options: PersonaOptions = {}): Promise<void> {
    await this.#do(options, (vault) => vault.delete(id));
  }

  /** Goes on with a list that is older than one that was seen: what is missing from it stays missing. */
  async acceptOlder(options: PersonaOptions = {}): Promise<void> {
    await this.#do(options, (vault) => vault.acceptOlder());
  }

  /** Ends the session on the server. The backup is of no use afterwards; free it. */
  async signOut(options: PersonaOptions = {}): Promise<void> {
    await this.#connection.run<Values>(this.#vault, () => this.#vault.signOut(), options);
  }

  /** Wipes the key. It is of no use afterwards, but to be freed again, which does nothing. */
  free(): void {
    this.#vault.free();
  }

  /** {@link PersonaBackup.free}, for `using`. */
  declare [Symbol.dispose]: () => void;

  async #do(options: PersonaOptions, begin: (vault: PersonaVault) => void): Promise<Ran<Shown>> {
    const { shown, contents } = await this.#connection.run<Values>(this.#vault, () => begin(this.#vault), options);
    this.#shown = valuesOf(shown) as unknown as Shown;
    return { shown: this.#shown, contents };
  }
}

async function reset(server: PersonaServer, options: PersonaOptions, begin: (course: PersonaReset) => void): Promise<void> {
  const connection = new Connection(server);
  const course = call(() => new PersonaReset(connection.host));
  try {
    await connection.run({ go: () => (course.go() ? true : undefined), stop: () => course.stop() }, () => begin(course), options);
  } finally {
    course.free();
  }
}

function carried(link: ResetLink): { readonly email: string; readonly code: string } {
  if (typeof link === "object" && "email" in link) return link;
  if (!URL.canParse(String(link))) throw new KeyhavenError("invalid-argument", { argument: "link" });
  const { hash, search } = new URL(link);
  const values = [hash.slice(1), search].map((text) => new URLSearchParams(text));
  const value = (...names: string[]): string => names.flatMap((name) => values.map((one) => one.get(name))).find((found) => found !== null) ?? "";
  return { email: value("email"), code: value("reset_code", "code") };
}

makeDisposable(PersonaBackup);
