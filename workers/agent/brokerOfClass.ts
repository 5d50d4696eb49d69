// Which broker an agent goes to, and how it logs in there: as the host says, or as its command line does.

import type { AskAccess } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { unixMs, type UnixMs } from "#shared/base/units.ts";
import { HOST_INFO_PATH } from "#shared/contracts/hubProtocol.ts";
import { openToldBroker, type BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { brokerLogin, type BrokerMember } from "#shared/rooms/brokerToken.ts";
import type { RoomKeys } from "#shared/rooms/roomKeys.ts";

const LARGEST_PORT = 65_535;
/** Milliseconds that a host may take to say where its broker is. */
const ASK_LIMIT = 10_000;
const SEALED_LIMIT = 128 * 1024;

export interface FoundBroker {
  readonly access: BrokerAccess;
  /** What time the host has; undefined if it does not say. */
  readonly now: UnixMs | undefined;
}

/** What the host says now, or what was last known while it does not answer: the broker may live on without it. */
export function toldBroker(
  member: BrokerMember,
  ask: () => Promise<FoundBroker>,
  first: FoundBroker | undefined,
): AskAccess {
  let known = first;
  let isAsked = first !== undefined;
  return async () => {
    let now = isAsked ? known?.now : undefined;
    if (!isAsked) {
      const told = await ask().catch((error: unknown) => {
        if (known === undefined) throw error;
        return undefined;
      });
      now = told?.now;
      known = told ?? known;
    }
    isAsked = false;
    if (known === undefined) throw new Error("the broker is not known");
    return known.access.isOwn === true ? logIn(known.access, member, now) : known.access;
  };
}

/**
 * The broker of the command line. Without a login it may be open to everybody, or that of a class host: so members try
 * both in turn, and keep to what was taken.
 */
export function givenBroker(given: BrokerAccess, member: BrokerMember, ask: () => Promise<FoundBroker>): AskAccess {
  let asMember = false;
  return async (refused) => {
    if (given.login !== undefined) return given;
    if (refused) asMember = !asMember;
    return asMember ? logIn(given, member, (await ask().catch(() => undefined))?.now) : given;
  };
}

async function logIn(access: BrokerAccess, member: BrokerMember, now = systemClock.now()): Promise<BrokerAccess> {
  return { ...access, login: await brokerLogin(member, now) };
}

/** @throws Error with what to do, for people */
export async function askForBroker(base: string, keys: RoomKeys): Promise<FoundBroker> {
  const address = `${base}${HOST_INFO_PATH}`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(ASK_LIMIT) }).then(
    (response): Promise<unknown> => response.json(),
    (error: unknown) => {
      throw new Error(`${base} does not answer: ${whatToDo(base)}`, { cause: error });
    },
  );
  const asked = isRecord(answer) ? answer : {};
  const time = readInteger(asked["now"], 0, Number.MAX_SAFE_INTEGER);
  const now = time === undefined ? undefined : unixMs(time);
  const told = readString(asked["broker"], SEALED_LIMIT);
  if (told !== undefined) {
    const opened = openToldBroker(keys, told);
    if (opened === undefined) throw new Error(`${base} is the host of another class: ask for its present link`);
    return { access: opened.agents, now };
  }
  const port = readInteger(asked["mqttPort"], 1, LARGEST_PORT);
  if (port === undefined) throw new Error(`${address} is not a class host of this version`);
  const scheme = asked["mqttTls"] === true ? "mqtts" : "mqtt";
  const url = `${scheme}://${new URL(base).hostname}:${port}`;
  return { access: { url, login: undefined, isOwn: true }, now };
}

function whatToDo(base: string): string {
  const isRunning = "is the class host running there?";
  if (!base.startsWith("https:")) return isRunning;
  return `${isRunning} If it made its certificate itself, set NODE_EXTRA_CA_CERTS to the file from ${base}/certificate.pem`;
}
