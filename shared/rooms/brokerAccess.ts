// Where the broker of a class is, when it is not the class host's own, and how one logs in there. A host tells it to
// whoever asks, sealed with a key of the class: the login reaches members and nobody else.

import { fromBase64url, toBase64url } from "../base/base64url.ts";
import { BadInputError } from "../base/errors.ts";
import { isRecord, readString } from "../base/parse.ts";
import { err, ok, type Result } from "../base/result.ts";
import { parseJson } from "../base/parseJson.ts";
import type { RoomKeys } from "./roomKeys.ts";
import { seal, unseal } from "./seal.ts";

export interface BrokerLogin {
  readonly username: string;
  /** Or a token: brokers that take tokens take them here. */
  readonly password: string;
}

export interface BrokerAccess {
  /** Without a login in it. May still hold a secret (a signed query): shown to people only by `shownBrokerUrl`. */
  readonly url: string;
  readonly login: BrokerLogin | undefined;
  /** The class host's own broker, of which we know what it can. */
  readonly isOwn?: true;
}

/** What a host says of a broker that is not its own. */
export interface ToldBroker {
  readonly agents: BrokerAccess;
  /** Undefined: pages reach it through the host's own `/mqtt`, because it has no WebSocket, and log in as agents do. */
  readonly pages: BrokerAccess | undefined;
}

/** Who logs in with a token alone is called this. */
const TOKEN_USER = "meshbook";
const SCHEMES = ["mqtt:", "mqtts:", "ws:", "wss:"];
const URL_LIMIT = 4_096;
/** Tokens of some services fill several kilobytes. */
const LOGIN_LIMIT = 16_384;
const SEALED_LIMIT = 128 * 1024;

const contextOf = ({ topicTag }: Pick<RoomKeys, "topicTag">): Uint8Array =>
  new TextEncoder().encode(`meshbook/1/broker\n${topicTag}`);

/** Reads `mqtt(s)://` or `ws(s)://`, with `user:password@` or `token@` if wanted. The error never shows the login. */
export function parseBrokerUrl(text: string): Result<BrokerAccess, BadInputError> {
  const url = text.length <= URL_LIMIT + LOGIN_LIMIT && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.hostname === "") {
    return err(
      new BadInputError("a broker's address looks like mqtts://broker.example:8883 or wss://broker.example/mqtt"),
    );
  }
  const login = loginOf(url.username, url.password);
  if (login === "malformed")
    return err(new BadInputError("the login in the broker's address has a % that means nothing"));
  url.username = "";
  url.password = "";
  url.hash = "";
  return ok({ url: url.href, login });
}

function loginOf(username: string, password: string): BrokerLogin | undefined | "malformed" {
  if (username === "" && password === "") return undefined;
  try {
    const [name, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    return secret === "" ? { username: TOKEN_USER, password: name } : { username: name, password: secret };
  } catch {
    return "malformed";
  }
}

/** Reads `user:password`, or a token, as it stands in a file or an environment variable. */
export function parseBrokerLogin(text: string): Result<BrokerLogin, BadInputError> {
  const line = text.trim();
  if (line === "" || line.length > LOGIN_LIMIT || /[\r\n]/.test(line)) {
    return err(new BadInputError("a broker login is one line: user:password, or a token"));
  }
  const colon = line.indexOf(":");
  if (colon < 0) return ok({ username: TOKEN_USER, password: line });
  return ok({ username: line.slice(0, colon), password: line.slice(colon + 1) });
}

/** For people and logs. */
export function shownBrokerUrl({ url }: Pick<BrokerAccess, "url">): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

export function sealToldBroker(keys: Pick<RoomKeys, "broker" | "topicTag">, told: ToldBroker): string {
  return toBase64url(seal(keys.broker, contextOf(keys), new TextEncoder().encode(JSON.stringify(told))));
}

/** Undefined for what no member of this class sealed. */
export function openToldBroker(keys: Pick<RoomKeys, "broker" | "topicTag">, sealed: string): ToldBroker | undefined {
  const bytes = sealed.length <= SEALED_LIMIT ? fromBase64url(sealed) : undefined;
  const plain = bytes && unseal(keys.broker, contextOf(keys), bytes);
  if (plain === undefined) return undefined;
  const value = parseJson(new TextDecoder().decode(plain));
  return isRecord(value) ? readTold(value) : undefined;
}

function readTold({ agents, pages }: Record<string, unknown>): ToldBroker | undefined {
  const forAgents = readAccess(agents);
  if (forAgents === undefined) return undefined;
  if (pages === undefined) return { agents: forAgents, pages: undefined };
  const forPages = readAccess(pages);
  return forPages === undefined ? undefined : { agents: forAgents, pages: forPages };
}

function readAccess(value: unknown): BrokerAccess | undefined {
  if (!isRecord(value)) return undefined;
  const parsed = parseBrokerUrl(readString(value["url"], URL_LIMIT) ?? "");
  if (!parsed.ok) return undefined;
  if (value["login"] === undefined) return { url: parsed.value.url, login: undefined };
  if (!isRecord(value["login"])) return undefined;
  const username = readString(value["login"]["username"], LOGIN_LIMIT);
  const password = readString(value["login"]["password"], LOGIN_LIMIT);
  return username === undefined || password === undefined
    ? undefined
    : { url: parsed.value.url, login: { username, password } };
}
