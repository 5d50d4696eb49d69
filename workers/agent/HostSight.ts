import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import { HOST_INFO_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { RoomLink } from "#shared/rooms/roomLink.ts";
import { isSealedClass } from "#shared/rooms/sealedClass.ts";

/** Milliseconds that a host may take to say what it is. */
const ASK_LIMIT = 10_000;
const OWNER_ONLY = 0o600;

/**
 * What a class host may see: a blind one is given nothing in clear. That of a class that was started at a blind host is one,
 * and one that ever was blind is taken for it for ever.
 */
export class HostSight {
  readonly #base: string;
  readonly #file: string;
  readonly #logger: Logger;
  readonly #blind: Set<string>;

  /** `room`: the class. `file`: where it is kept which hosts were blind. */
  constructor(room: RoomLink, file: string, logger: Logger) {
    this.#base = room.base;
    this.#file = file;
    this.#logger = logger;
    this.#blind = new Set(readBases(file));
    if (isSealedClass(room)) this.#remember();
  }

  /** Whether the host may be given something in clear; `unknown` while it does not answer. Asked each time: hosts are restarted. */
  async sees(): Promise<"clear" | "sealed" | "unknown"> {
    if (this.#blind.has(this.#base)) return "sealed";
    try {
      const response = await fetch(`${this.#base}${HOST_INFO_PATH}`, { signal: AbortSignal.timeout(ASK_LIMIT) });
      const info: unknown = response.ok ? await response.json() : undefined;
      if (!isRecord(info)) return "unknown";
      if (info["blind"] !== true) return "clear";
    } catch {
      return "unknown";
    }
    this.#remember();
    return "sealed";
  }

  #remember(): void {
    if (this.#blind.has(this.#base)) return;
    this.#blind.add(this.#base);
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, JSON.stringify([...this.#blind]), { mode: OWNER_ONLY });
    } catch (error) {
      this.#logger.warn("that the class host is blind is not kept", { reason: messageOf(error) });
    }
  }
}

function readBases(file: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(value) ? value.filter((base) => typeof base === "string") : [];
  } catch {
    return [];
  }
}
