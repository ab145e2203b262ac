/// <reference lib="esnext.disposable" preserve="true" />

import { PersonaAccess } from "#glue";

import { call, makeDisposable, withSecret, withSecrets } from "./call.js";
import { KeyhavenError } from "./error.js";
import { Connection, type PersonaOptions, type PersonaServer } from "./persona-connection.js";
import { PersonaBackup } from "./persona-backup.js";
import { accountOf, valuesOf, type PersonaAccount, type Values } from "./persona-list.js";

/** Where somebody stands who has just proven a password: `at` tells which. */
export type EnteredPersona = PersonaBackup | PersonaSetUp | LockedPersonaBackup;

/** Where wasm says that somebody stands. */
interface Stand {
  readonly at: "open" | "code" | "groups" | "locked";
  readonly code: string;
  readonly resumed: boolean;
  readonly groups: readonly [number, number];
}

/** Somebody on the way in, and what answers for them. */
class Entrance {
  readonly access: PersonaAccess;
  readonly #connection: Connection;
  readonly #remembered: string;
  #isOver = false;

  constructor(server: PersonaServer, recover: boolean) {
    this.#connection = new Connection(server);
    this.access = call(() => new PersonaAccess(this.#connection.host, recover));
    this.#remembered = server.remembered ?? "";
  }

  /** Runs a call to its end. */
  async run(begin: () => void, options: PersonaOptions): Promise<Values> {
    return (await this.#connection.run<Values>(this.access, begin, options)).shown;
  }

  /** Whoever stands there. */
  async enter(values: Values, options: PersonaOptions): Promise<EnteredPersona> {
    const stand = valuesOf(values) as unknown as Stand;
    switch (stand.at) {
      case "open": {
        const vault = call(() => this.access.toVault(this.#remembered));
        this.free();
        return PersonaBackup.over(vault, this.#connection, options);
      }
      case "code":
        return new PersonaSetUp(this, accountOf(values), stand);
      case "locked":
        return new LockedPersonaBackup(this, accountOf(values));
      default:
        throw new KeyhavenError("internal");
    }
  }

  /** {@link Entrance.enter} where nothing is between here and the open backup. */
  async open(values: Values, options: PersonaOptions): Promise<PersonaBackup> {
    const entered = await this.enter(values, options);
    if (entered instanceof PersonaBackup) return entered;
    throw new KeyhavenError("internal");
  }

  /** Once: who went in has nothing to free here any more. */
  free(): void {
    if (!this.#isOver) this.access.free();
    this.#isOver = true;
  }
}

/** Goes in: begins something, and finds out where it leads. @internal */
export async function enter(
  server: PersonaServer,
  options: PersonaOptions,
  begin: (access: PersonaAccess) => void,
  recover = false,
): Promise<EnteredPersona> {
  const entrance = new Entrance(server, recover);
  try {
    const values = await entrance.run(() => begin(entrance.access), options);
    return await entrance.enter(values, options);
  } catch (error) {
    entrance.free();
    throw error;
  }
}

/**
 * A backup whose recovery code was not confirmed yet: nothing is stored before the person has the code. Whoever signs in
 * to an account that was left here gets a new code.
 */
export class PersonaSetUp {
  readonly at = "set-up";
  readonly account: PersonaAccount;
  /** The recovery code: show it, let the person write it down, and keep it nowhere. The one text that opens the backup without the password. */
  readonly recoveryCode: string;
  /** Whether a sign-up was left here before: a code that was shown then opens nothing. */
  readonly isResumed: boolean;
  /** Which two groups of the code, from 1, the person is to type. */
  readonly groups: readonly [number, number];
  readonly #entrance: Entrance;

  /** @internal */
  constructor(entrance: Entrance, account: PersonaAccount, stand: Stand) {
    this.#entrance = entrance;
    this.account = account;
    this.recoveryCode = stand.code;
    this.isResumed = stand.resumed;
    this.groups = stand.groups;
  }

  /**
   * Puts the code into force, once the person has typed the two {@link PersonaSetUp.groups} of it from what was written
   * down. Case, spaces and look-alikes are forgiven. It ends with a backup that both code and password were seen to open.
   *
   * @throws {KeyhavenError} `wrong-groups`, `set-up-elsewhere`, `offline` and what else a server may come to: this can be
   *   tried again.
   */
  async confirm(first: string, second: string, options: PersonaOptions = {}): Promise<PersonaBackup> {
    const { access } = this.#entrance;
    const begin = (): void => withSecrets(first, second, (first, second) => access.confirm(first, second));
    const values = await this.#entrance.run(begin, options);
    if (valuesOf(values)["at"] === "groups") throw new KeyhavenError("wrong-groups");
    return this.#entrance.open(values, options);
  }

  /** Wipes what is held. */
  free(): void {
    this.#entrance.free();
  }

  /** {@link PersonaSetUp.free}, for `using`. */
  declare [Symbol.dispose]: () => void;
}

/** "You are in. Your backup is still locked.": after a reset by mail, the new password opens nothing. */
export class LockedPersonaBackup {
  readonly at = "locked";
  readonly account: PersonaAccount;
  readonly #entrance: Entrance;

  /** @internal */
  constructor(entrance: Entrance, account: PersonaAccount) {
    this.#entrance = entrance;
    this.account = account;
  }

  /**
   * Opens the backup with the recovery code, as text or as words, and lets the present password open it from now on.
   *
   * @throws {KeyhavenError} `recovery-code`, `wrong-recovery-code`, and what a server may come to: it stays locked, and
   *   can be tried again.
   */
  async unlock(recoveryCode: string, options: PersonaOptions = {}): Promise<PersonaBackup> {
    return this.#unlock(recoveryCode, false, options);
  }

  /**
   * The same with the password from before the reset.
   *
   * @throws {KeyhavenError} `wrong-old-password`, and as above.
   */
  async unlockWithOldPassword(password: string, options: PersonaOptions = {}): Promise<PersonaBackup> {
    return this.#unlock(password, true, options);
  }

  async #unlock(secret: string, isPassword: boolean, options: PersonaOptions): Promise<PersonaBackup> {
    const { access } = this.#entrance;
    const begin = (): void => withSecret(secret, (secret) => access.unlock(secret, isPassword));
    return this.#entrance.open(await this.#entrance.run(begin, options), options);
  }

  /**
   * Ends the session on the server. The backup stays locked, for as long as the account is there; this is of no use afterwards.
   *
   * @throws {KeyhavenError} `sign-in-again` if it has ended before. A server that cannot be reached is no failure: the
   *   session ends there by itself.
   */
  async signOut(options: PersonaOptions = {}): Promise<void> {
    const { access } = this.#entrance;
    await this.#entrance.run(() => access.signOut(), options);
  }

  /** Wipes what is held. The backup stays as long as the account does. */
  free(): void {
    this.#entrance.free();
  }

  /** {@link LockedPersonaBackup.free}, for `using`. */
  declare [Symbol.dispose]: () => void;
}

makeDisposable(PersonaSetUp);
makeDisposable(LockedPersonaBackup);
