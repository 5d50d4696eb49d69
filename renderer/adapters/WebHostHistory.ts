import type { RoomId, StateId } from "#shared/base/ids.ts";
import { isRecord, readOneOf } from "#shared/base/parse.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import {
  HISTORY_LIST_LIMIT,
  HISTORY_PATH,
  HISTORY_REFUSALS,
  type HistoryOrder,
} from "#shared/contracts/host/historyRoute.ts";
import { DEFLATED_LIMIT } from "#shared/history/encodedState.ts";
import { parseHistory, parseState } from "#shared/history/parseHistory.ts";
import type { DatedState, StoredHistory } from "#shared/ports/HistoryStore.ts";
import type { HostHistory, HostHistoryRefusal } from "#shared/ports/HostHistory.ts";

/** A state of megabytes over a school network still comes within this; after it, the host is taken to be gone. */
const REQUEST_LIMIT: Milliseconds = seconds(30);
/** Largest answer to an order: one state with a class of authors. */
const ANSWER_LIMIT = 1024 * 1024;
const NO_SPACE = 507;

/** The history at the class host at `base`, over http. */
export class WebHostHistory implements HostHistory {
  readonly #url: string;

  constructor(room: RoomId, base: string) {
    this.#url = `${base}${HISTORY_PATH}${room}`;
  }

  async load(): Promise<Result<StoredHistory, "away">> {
    const answer = await request(this.#url, { limit: HISTORY_LIST_LIMIT });
    const history = answer?.status === 200 ? parseHistory(parseJson(answer.body)) : undefined;
    return history === undefined ? err("away") : ok(history);
  }

  async read(state: StateId): Promise<Result<Uint8Array, "away" | "unknown-state">> {
    const answer = await request(`${this.#url}/${state}`, { limit: DEFLATED_LIMIT });
    if (answer?.status === 404) return err("unknown-state");
    return answer?.status === 200 ? ok(answer.body) : err("away");
  }

  name(state: StateId | undefined, name: string, by: string): Promise<Result<DatedState, HostHistoryRefusal>> {
    return this.#order({ type: "name", state, name, by });
  }

  keep(): Promise<Result<DatedState, HostHistoryRefusal>> {
    return this.#order({ type: "keep", cause: "before-restore" });
  }

  async #order(order: HistoryOrder): Promise<Result<DatedState, HostHistoryRefusal>> {
    const answer = await request(this.#url, { limit: ANSWER_LIMIT, body: JSON.stringify(order) });
    if (answer === undefined) return err("away");
    if (answer.status === NO_SPACE) return err("no-space");
    const value = parseJson(answer.body);
    const state = answer.status === 200 ? parseState(value) : undefined;
    if (state !== undefined) return ok(state);
    return err((isRecord(value) ? readOneOf(value["refusal"], HISTORY_REFUSALS) : undefined) ?? "away");
  }
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Undefined when there was no answer, or one larger than the limit. */
async function request(
  url: string,
  { limit, body }: { readonly limit: number; readonly body?: string },
): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(REQUEST_LIMIT),
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
    });
    return { status: response.status, body: await readUpTo(response, limit) };
  } catch {
    return undefined;
  }
}

async function readUpTo(response: Response, limit: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    size += part.value.length;
    if (size > limit) {
      await reader?.cancel();
      throw new Error("the answer is too large");
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
