// `/history/<roomId>`: whoever knows a room's id, which cannot be guessed, may read its history and name versions if it
// may read and write the document itself without saying who it is: requests prove nothing. See contracts/host/historyRoute.ts.

import type { IncomingMessage, ServerResponse } from "node:http";
import { StorageError } from "#shared/base/errors.ts";
import { RoomId, StateId } from "#shared/base/ids.ts";
import { err, type Result } from "#shared/base/result.ts";
import { parseJson } from "#shared/base/parseJson.ts";
import {
  HISTORY_ORDER_LIMIT,
  HISTORY_PATH,
  parseHistoryOrder,
  type HistoryOrder,
  type HistoryRefusal,
} from "#shared/contracts/host/historyRoute.ts";
import { BLOB_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { cleanVersionName, writeHistory, writeState } from "#shared/history/parseHistory.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { DatedState, VersionLabel } from "#shared/ports/HistoryStore.ts";
import { cleanName } from "#shared/presence/presence.ts";
import { mayEdit, mayRead, type Role } from "#shared/rooms/access/role.ts";
import type { RoomHistories } from "../../history/RoomHistories.ts";
import { readBody } from "../readBody.ts";
import { sendText } from "../sendText.ts";

export class HistoryRoute {
  readonly #histories: RoomHistories;
  readonly #clock: Clock;
  readonly #everybody: (room: RoomId) => Promise<Role>;

  /** `everybody`: what somebody may do in a room who does not say who it is. */
  constructor(histories: RoomHistories, clock: Clock, everybody: (room: RoomId) => Promise<Role>) {
    this.#histories = histories;
    this.#clock = clock;
    this.#everybody = everybody;
  }

  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [roomPart, statePart, ...more] = path.slice(HISTORY_PATH.length).split("/");
    const room = RoomId.parse(roomPart);
    if (room === undefined || more.length > 0) {
      sendText(response, 404, "no such history");
      return;
    }
    const { method } = request;
    const role = await this.#everybody(room);
    if (!mayRead(role) || (method === "POST" && !mayEdit(role))) {
      sendText(response, 403, "the rules of this notebook do not let everybody do this");
      return;
    }
    if (method === "GET" && statePart === undefined) await this.#sendList(room, response);
    else if (method === "GET") await this.#sendState(room, StateId.parse(statePart), response);
    else if (method === "POST" && statePart === undefined) await this.#obey(room, request, response);
    else {
      response.setHeader("Allow", "GET, POST");
      sendText(response, 405, "only GET and POST");
    }
  }

  async #sendList(room: RoomId, response: ServerResponse): Promise<void> {
    sendJson(response, 200, writeHistory(await this.#histories.load(room)));
  }

  async #sendState(room: RoomId, state: StateId | undefined, response: ServerResponse): Promise<void> {
    const content = state && (await this.#histories.read(room, state));
    if (content === undefined) {
      sendText(response, 404, "no such state");
      return;
    }
    response.writeHead(200, { ...BLOB_HEADERS, "Cache-Control": "no-store", "Content-Length": content.length });
    response.end(content);
  }

  async #obey(room: RoomId, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const order = parseHistoryOrder(await readJson(request));
    if (order === undefined) {
      sendText(response, 400, "not an order");
      return;
    }
    try {
      const result = await this.#perform(room, order);
      if (result.ok) sendJson(response, 200, writeState(result.value));
      else sendJson(response, 409, { refusal: result.error });
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      sendText(response, 507, "the class host cannot store histories now");
    }
  }

  async #perform(room: RoomId, order: HistoryOrder): Promise<Result<DatedState, HistoryRefusal>> {
    if (order.type === "keep") return this.#histories.keep(room, order.cause);
    const name = cleanVersionName(order.name);
    if (name === undefined) {
      return order.state === undefined ? err("bad-name") : this.#histories.label(room, order.state, undefined);
    }
    const label: VersionLabel = { name, by: cleanName(order.by), at: this.#clock.now() };
    if (order.state !== undefined) return this.#histories.label(room, order.state, label);
    const kept = await this.#histories.keep(room, "version");
    return kept.ok ? this.#histories.label(room, kept.value.id, label) : kept;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...BLOB_HEADERS,
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(JSON.stringify(value));
}

/** Undefined for what is too long or no JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, HISTORY_ORDER_LIMIT);
  return body && parseJson(body.toString());
}
