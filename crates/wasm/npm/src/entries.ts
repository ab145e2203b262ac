import type { BackupReader } from "#glue";

import type { Authenticity, BackupEntry, BackupRooms, EntriesRead, EntryReason, FailedEntry } from "./backup.js";
import type { ExportedSession, SkipReason } from "./session.js";

/** An entry and where the server has it. @internal */
export interface PlacedEntry {
  readonly roomId: string;
  readonly sessionId: string;
  readonly entry: BackupEntry;
}

/** A room in which no entries can be found. */
interface BadRoom {
  readonly roomId: string;
  readonly sessionId?: undefined;
}

/** What wasm says of entries, in whichever thread it ran. @internal */
export interface EntriesAnswer {
  /** The sessions that opened: a JSON list. Whoever reads it wipes it. */
  readonly list: Uint8Array<ArrayBuffer>;
  /** What is known of where each of them comes from, as an index. */
  readonly authenticity: Uint8Array;
  /** Four values for each of the others. */
  readonly failed: readonly unknown[];
}

/** Entries that cross at once: few enough for a page to stay smooth, since the whole batch is one computation. @internal */
export const ENTRIES_AT_ONCE = 256;

const AUTHENTICITY: readonly Authenticity[] = ["none", "session", "session-and-room"];

/** Every entry with its place, in the order in which the object lists them, and every room that is none. @internal */
export function placed(rooms: BackupRooms): (PlacedEntry | BadRoom)[] {
  return Object.entries(rooms).flatMap<PlacedEntry | BadRoom>(([roomId, room]) => {
    // A server has written it.
    const sessions: unknown = room?.sessions;
    if (Object.prototype.toString.call(sessions) !== "[object Object]") return [{ roomId }];
    return Object.entries(sessions as BackupRooms[""]["sessions"]).map(([sessionId, entry]) => ({ roomId, sessionId, entry }));
  });
}

/** What wasm is asked about entries, and how its answer reads. @internal */
export function ask(asked: readonly (PlacedEntry | BadRoom)[]): { lines: Uint8Array<ArrayBuffer>; read(answer: EntriesAnswer): EntriesRead } {
  const entries: PlacedEntry[] = [];
  const failed: FailedEntry[] = [];
  for (const one of asked) {
    const { roomId, sessionId } = one;
    if (sessionId === undefined) failed.push({ roomId, reason: "not-a-room" });
    // A line break would shift all that follows it; no id has one.
    else if (/[\r\n]/.test(roomId + sessionId)) failed.push({ roomId, sessionId, reason: "not-an-entry" });
    else entries.push(one);
  }
  const lines = entries.flatMap(({ roomId, sessionId, entry }) => [roomId, sessionId, JSON.stringify(entry?.session_data ?? null)]);
  return {
    lines: new TextEncoder().encode(lines.join("\n")),
    read({ list, authenticity, failed: values }) {
      const found = JSON.parse(new TextDecoder().decode(list)) as ExportedSession[];
      list.fill(0);
      const sessions = found.map((session, at) => ({
        session,
        authenticity: AUTHENTICITY[authenticity[at] ?? 0] ?? "none",
      }));
      for (let at = 0; at < values.length; at += 4) {
        const [index, reason, sessionReason, field] = values.slice(at, at + 4) as [
          number,
          EntryReason,
          SkipReason | undefined,
          string | undefined,
        ];
        const { roomId, sessionId } = entries[index] as PlacedEntry;
        failed.push({
          roomId,
          sessionId,
          reason,
          ...(sessionReason === undefined ? {} : { sessionReason }),
          ...(field === undefined ? {} : { field }),
        });
      }
      return { sessions, failed };
    },
  };
}

/** Has wasm open entries, and takes what it says out of its memory, where it is wiped. @internal */
export function answerOf(reader: BackupReader, lines: Uint8Array): EntriesAnswer {
  const opened = reader.open(lines);
  try {
    let list = new Uint8Array();
    opened.show({
      fill(place: Uint8Array<ArrayBuffer>) {
        list = place.slice();
      },
    });
    return { list, authenticity: opened.authenticity(), failed: opened.failed() };
  } finally {
    opened.free();
  }
}
