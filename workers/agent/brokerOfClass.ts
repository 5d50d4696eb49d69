// Which broker an agent goes to, and how it logs in there: as the host says, or as its command line does.

import { setTimeout as pause } from "node:timers/promises";
import type { AskAccess } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { NotebookError } from "#shared/base/errors.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { unixMs, type UnixMs } from "#shared/base/units.ts";
import { HOST_INFO_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { openToldBroker, type BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { brokerLogin, type BrokerMember } from "#shared/rooms/brokerToken.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { isOfAnotherClass, MARK_LENGTH } from "#shared/rooms/classMark.ts";
import type { RoomKeys } from "#shared/rooms/roomKeys.ts";
import type { RoomLink } from "#shared/rooms/roomLink.ts";

const LARGEST_PORT = 65_535;
/** Milliseconds that a host may take to say where its broker is. */
const ASK_LIMIT = 10_000;
const SEALED_LIMIT = 128 * 1024;
/** Milliseconds until a host that did not answer is asked again. */
const ASK_AGAIN = 2_000;
/** Causes of a failed fetch that may pass: of the network, and of the client. Certificates that are not trusted are none. */
const PASSING = /^(?!ERR_)E|^UND_ERR_/;

/** The class host does not answer now. */
export class HostAbsentError extends NotebookError {
  readonly code = "host-absent";
}

export interface FoundBroker {
  readonly access: BrokerAccess;
  /** What time the host has; undefined if it does not say. */
  readonly now: UnixMs | undefined;
}

/** How a member gets to know its broker, and logs in there. */
export interface BrokerSearch {
  readonly member: BrokerMember;
  readonly ask: () => Promise<FoundBroker>;
  readonly logger: Logger;
}

/** What the host says now, or what was last known while it does not answer: the broker may live on without it. */
export function toldBroker(search: BrokerSearch, first: FoundBroker | undefined): AskAccess {
  const desk = new MemberLogin(search);
  let known = first;
  if (first !== undefined) desk.hear(first);
  let isAsked = first !== undefined;
  return async (refused) => {
    if (!isAsked) {
      const told = await search.ask().catch((error: unknown) => {
        if (known === undefined) throw error;
        return undefined;
      });
      if (told !== undefined) desk.hear(told);
      known = told ?? known;
    }
    isAsked = false;
    if (known === undefined) throw new Error("the broker is not known");
    if (refused && known.access.isOwn !== true)
      desk.wrong("which the class host told: whoever started it checks --broker-login");
    return known.access.isOwn === true ? desk.logIn(known.access, refused) : known.access;
  };
}

/**
 * The broker of the command line. Without a login it may be open to everybody, or that of a class host: so members try
 * both in turn, and keep to what was taken.
 * @param choice what is given now. `isOwn`: it is known to be a class host's, which is tried as a member first
 */
export function givenBroker(choice: () => BrokerAccess, search: BrokerSearch): AskAccess {
  const desk = new MemberLogin(search);
  let asMember = choice().isOwn === true;
  return async (refused) => {
    const given = choice();
    if (given.login !== undefined) {
      if (refused) desk.wrong("which --broker-login, the address or MESHBOOK_BROKER_LOGIN gives: check it");
      return given;
    }
    const wasMember = asMember;
    if (refused) asMember = !asMember;
    if (!asMember) {
      if (refused && wasMember) desk.doubt();
      return given;
    }
    const told = await search.ask().catch(() => undefined);
    if (told !== undefined) desk.hear(told);
    return desk.logIn(given, false);
  };
}

/**
 * Logins by the host's clock: as the host told it last, gone on since. This computer's own, which may be wrong by days, is
 * used only where a host never told, and then a refusal is explained.
 */
class MemberLogin {
  readonly #search: BrokerSearch;
  /** The host's time when this process's monotonic clock was at 0. */
  #zero: number | undefined;
  #isDoubtTold = false;

  constructor(search: BrokerSearch) {
    this.#search = search;
  }

  hear({ now }: FoundBroker): void {
    if (now !== undefined) this.#zero = now - systemClock.monotonic();
  }

  async logIn(access: BrokerAccess, refused: boolean): Promise<BrokerAccess> {
    if (refused) this.doubt();
    const now = this.#zero === undefined ? systemClock.now() : unixMs(this.#zero + systemClock.monotonic());
    return { ...access, login: await brokerLogin(this.#search.member, now) };
  }

  /** A login that is no token of a member was refused. Tells the owner, once. `whose`: a clause. */
  wrong(whose: string): void {
    if (this.#isDoubtTold) return;
    this.#isDoubtTold = true;
    this.#search.logger.warn(`the broker does not take the login, ${whose}; still trying`);
  }

  /** A login was refused. Tells the owner, once, if this computer's clock may be why. */
  doubt(): void {
    if (this.#zero !== undefined || this.#isDoubtTold) return;
    this.#isDoubtTold = true;
    this.#search.logger.warn(
      "the broker refuses this agent. The class host did not say what time it has, so the login has this computer's: " +
        "set this computer's clock right, or start the class host; still trying",
      { clock: new Date(systemClock.now()).toISOString() },
    );
  }
}

/**
 * What the host says once it is there; that it is waited for is told once.
 * @throws Error with what to do, for people, if waiting helps nothing
 */
export async function waitForBroker({ ask, logger }: Pick<BrokerSearch, "ask" | "logger">): Promise<FoundBroker> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof HostAbsentError)) throw error;
      if (!isTold) logger.warn(`${error.message}; still trying`);
      await pause(ASK_AGAIN);
    }
  }
}

/**
 * @throws HostAbsentError if the host does not answer now
 * @throws Error with what to do, for people, if it never will, or says that it is another
 */
export async function askForBroker(room: RoomLink, keys: RoomKeys): Promise<FoundBroker> {
  const { base } = room;
  const address = `${base}${HOST_INFO_PATH}`;
  const answer = await askHost(base, address);
  const asked = isRecord(answer) ? answer : {};
  const another = `${base} is the host of another class: ask for its present link`;
  if (isOfAnotherClass(room, readString(asked["classMark"], MARK_LENGTH))) throw new Error(another);
  const time = readInteger(asked["now"], 0, Number.MAX_SAFE_INTEGER);
  const now = time === undefined ? undefined : unixMs(time);
  const told = readString(asked["broker"], SEALED_LIMIT);
  if (told !== undefined) {
    const opened = openToldBroker(keys, told);
    if (opened === undefined) throw new Error(another);
    return { access: opened.agents, now };
  }
  const port = readInteger(asked["mqttPort"], 1, LARGEST_PORT);
  if (port === undefined) throw new Error(`${address} is not a class host of this version`);
  const scheme = asked["mqttTls"] === true ? "mqtts" : "mqtt";
  const url = `${scheme}://${new URL(base).hostname}:${port}`;
  return { access: { url, login: undefined, isOwn: true }, now };
}

/** What it answers; undefined if that is not JSON. */
async function askHost(base: string, address: string): Promise<unknown> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(ASK_LIMIT) });
    // Whoever stands before a host answers in its place while it is down.
    if (response.status >= 500) throw new HostAbsentError(`${base} answers ${response.status}: ${whatToDo(base)}`);
    return await response.json();
  } catch (error) {
    if (error instanceof HostAbsentError) throw error;
    if (error instanceof SyntaxError) return undefined;
    const message = `${base} does not answer: ${whatToDo(base)}`;
    throw mayPass(error) ? new HostAbsentError(message, { cause: error }) : new Error(message, { cause: error });
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = isRecord(error.cause) ? error.cause["code"] : undefined;
  return error.name === "TimeoutError" || (typeof code === "string" && PASSING.test(code));
}

function whatToDo(base: string): string {
  const isRunning = "is the class host running there?";
  if (!base.startsWith("https:")) return isRunning;
  return `${isRunning} If it made its certificate itself, set NODE_EXTRA_CA_CERTS to the file from ${base}/certificate.pem`;
}
