/** Types of what a backup holds, and how they are made of what wasm says: lists of names and values. */

import { KeyhavenError, errorOf } from "./error.js";

/** The account that a backup belongs to, as the server says. */
export interface PersonaAccount {
  readonly id: string;
  /** As it was typed at sign-up. */
  readonly address: string;
  /**
   * - `"unconfirmed"`: the link of the first letter was not followed yet; there is room for 1 MiB, for seven days.
   * - `"active"`: everything is allowed.
   * - `"unproven"`, `"disputed"`, `"frozen"`: reading and adding are, overwriting and deleting are not.
   * - `"deleted"`: it can be read until its time is over.
   */
  readonly state: "unconfirmed" | "active" | "unproven" | "disputed" | "frozen" | "deleted" | "other";
  /** Bytes of all versions of all personas. */
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/** What "all" was checked against. */
export type PersonaCheck =
  /** The sealed inventory, which the server cannot write: a count is a checked fact. */
  | "inventory"
  /** The server's own list, which may leave something out: there is no inventory that opens. */
  | "server-list-only";

/** What a person should know of a list. */
export type PersonaNotice =
  /** It is older than one that this device has seen. Nothing is stored or deleted before `acceptOlder`. */
  | "went-back"
  /** The inventory does not open. What is there can be restored, and nothing stored or deleted. */
  | "inventory-damaged"
  /** A newer version of this package wrote the inventory: as above. */
  | "inventory-newer";

/** One persona, as the inventory and the server's list have it. What the server really has, a restore says. */
export interface Persona {
  readonly id: string;
  /** As it was stored; the id where no inventory tells it. */
  readonly name: string;
  /** A folder, which the recovery app stores, comes back as a zip archive. */
  readonly kind: "file" | "folder";
  readonly mediaType: string;
  /** Bytes of the content, where an inventory tells. */
  readonly bytes?: number;
  /** Bytes that the server stores. */
  readonly sealedBytes: number;
  /** When it was written. */
  readonly modified: Date;
  /**
   * - `"listed"`: inventory and server agree.
   * - `"missing"`: the server does not have it.
   * - `"extra"`: no inventory names it.
   * - `"differs"`: the server has other bytes than were stored.
   */
  readonly standing: "listed" | "missing" | "extra" | "differs";
}

/** What a backup holds. */
export interface PersonaList {
  readonly account: PersonaAccount;
  readonly checkedAgainst: PersonaCheck;
  /** In order of name. */
  readonly personas: readonly Persona[];
  readonly notices: readonly PersonaNotice[];
}

/** What to store. */
export interface PersonaFile {
  /** 1 to 255 bytes; shown in lists, and known to nobody but who has the backup key. */
  readonly name: string;
  /** `application/octet-stream` unless given. */
  readonly mediaType?: string;
  /** Up to about 10 MiB. */
  readonly content: Uint8Array;
}

/** What became of one persona in a restore. */
export type PersonaFinding =
  /** It is back: length and hash are those of the inventory, and every byte was verified. */
  | "restored"
  /** The server does not have it. */
  | "missing"
  /** It is back, verified, and the inventory does not name it. It is not counted. */
  | "extra"
  /** The inventory does not name it, and it does not open. It is not counted. */
  | "extra-unreadable"
  /** An older version than the inventory names came, and verified as that. */
  | "older"
  /** A newer one. */
  | "newer"
  /** What came is not what was stored: `damage`. It is not handed out. */
  | "damaged"
  /** Nothing came: `error`. It may be whole. */
  | "not-fetched";

/** How a persona is damaged. */
export type PersonaDamage =
  | "length"
  | "hash"
  | "truncated"
  | "other-object"
  | "other-content"
  | "newer-format"
  | "not-authentic"
  | "not-sealed";

/** One persona in a restore. */
export interface RestoredPersona {
  readonly id: string;
  readonly name: string;
  readonly finding: PersonaFinding;
  readonly damage?: PersonaDamage;
  readonly error?: KeyhavenError;
  /** What was stored, byte for byte: with `"restored"`, `"extra"`, `"older"` and `"newer"`. Wipe it when it is no longer needed. */
  readonly content?: Uint8Array;
  /** With `content`. */
  readonly mediaType?: string;
  /** With `content`. */
  readonly kind?: "file" | "folder";
}

/** What came back, what did not, and why. */
export interface PersonaRestore {
  /** Whether everything that was asked for is back, by an inventory that the server cannot write. Say "done" only then. */
  readonly complete: boolean;
  /** How many are back whole. */
  readonly restored: number;
  /** Of how many. */
  readonly expected: number;
  readonly checkedAgainst: PersonaCheck;
  /** One for each that was asked for, and for each that the server has beside them. */
  readonly personas: readonly RestoredPersona[];
}

/** Names and values, one after the other. @internal */
export type Values = readonly unknown[];

/** The values by their names. @internal */
export function valuesOf(list: Values): Record<string, unknown> {
  const pairs = Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at], list[2 * at + 1]] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

/** @internal */
export function accountOf(list: Values): PersonaAccount {
  const { id, address, state, usedBytes, quotaBytes } = valuesOf(list) as unknown as PersonaAccount;
  return { id, address, state, usedBytes, quotaBytes };
}

/** What wasm shows of an open backup. @internal */
export interface Shown {
  readonly account: Values;
  readonly remembered?: string;
  readonly notices: readonly PersonaNotice[];
  readonly checkedAgainst: PersonaCheck;
  readonly items: readonly Values[];
  readonly stored?: string;
  readonly restoredAgainst?: PersonaCheck;
  readonly complete: boolean;
  readonly restored: number;
  readonly expected: number;
  readonly report: readonly Values[];
  readonly files: readonly Values[];
}

/** @internal */
export function listOf({ account, checkedAgainst, items, notices }: Shown): PersonaList {
  const personas = items.map((item) => {
    const { modified, ...values } = valuesOf(item);
    return { ...values, modified: new Date((modified as number) * 1000) } as unknown as Persona;
  });
  return { account: accountOf(account), checkedAgainst, personas, notices };
}

/** @internal */
export function restoreOf(shown: Shown, contents: readonly Uint8Array[]): PersonaRestore {
  const files = new Map(shown.files.map((file) => valuesOf(file)).map((file) => [file["id"], file]));
  const personas = shown.report.map((item) => {
    const { problem, ...values } = valuesOf(item);
    const file = files.get(values["id"]);
    const content = file === undefined ? undefined : contents[file["kept"] as number];
    return {
      ...values,
      ...(problem === undefined ? {} : { error: errorOf(problem) }),
      ...(content === undefined ? {} : { content, mediaType: file?.["mediaType"], kind: file?.["kind"] }),
    } as unknown as RestoredPersona;
  });
  const { complete, restored, expected } = shown;
  return { complete, restored, expected, checkedAgainst: shown.restoredAgainst ?? "server-list-only", personas };
}
