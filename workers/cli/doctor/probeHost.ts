import { request as requestPlain, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { ms, unixMs, type UnixMs } from "#shared/base/units.ts";
import { HOST_INFO_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { ClockFacts } from "#shared/doctor/judgeOrigin.ts";
import type { Probe } from "#shared/doctor/probe.ts";
import { MARK_LENGTH } from "#shared/rooms/classMark.ts";
import { failureOf, failureOfStatus } from "./failureOf.ts";

/** Milliseconds that an endpoint may take to answer. */
export const PATIENCE = 5000;
/** Bytes of what a host says of itself; more is no host. */
const INFO_LIMIT = 64 * 1024;

export interface AgentsBroker {
  readonly port: number;
  readonly secure: boolean;
  /** Whether the host says that it is somebody else's, which needs a login that the doctor has not. */
  readonly outside: boolean;
  /** What time the host has, by which its own broker goes. */
  readonly now: UnixMs;
}

export interface HostFacts {
  readonly probe: Probe;
  /** Undefined on plain http, and where nothing answered. */
  readonly trusted: boolean | undefined;
  readonly clock: ClockFacts | undefined;
  /** MQTT over TCP, as the host says; undefined if it does not. */
  readonly broker: AgentsBroker | undefined;
  /** By what members recognise the host's class, if it says. */
  readonly classMark?: string | undefined;
}

/** Asks a host what it is. A certificate that is not trusted is told, and does not keep the rest from being looked at. */
export async function probeHost(origin: string): Promise<HostFacts> {
  const first = await ask(origin, true);
  const distrusted = !first.probe.reached && first.probe.failure === "certificate";
  const facts = distrusted ? await ask(origin, false) : first;
  const trusted = origin.startsWith("https:") && facts.probe.reached ? !distrusted : undefined;
  return { ...facts, trusted };
}

type Asked = Omit<HostFacts, "trusted">;

const failed = (probe: Probe): Asked => ({ probe, clock: undefined, broker: undefined });

async function ask(origin: string, rejectUnauthorized: boolean): Promise<Asked> {
  const started = performance.now();
  const asked = unixMs(Date.now());
  try {
    const { response, text } = await get(`${origin}${HOST_INFO_PATH}`, rejectUnauthorized);
    if (response.statusCode !== 200) {
      return failed({ reached: false, failure: failureOfStatus(response.statusCode) });
    }
    const info = parse(text);
    const mqttPort = readInteger(info["mqttPort"], 1, 65_535);
    if (mqttPort === undefined) return failed({ reached: false, failure: "missing" });
    const clock = { host: dateOf(response), asked, answered: unixMs(Date.now()) };
    const probe = { reached: true, took: ms(performance.now() - started) } as const;
    const now = unixMs(readInteger(info["now"], 0, Number.MAX_SAFE_INTEGER) ?? Date.now());
    const outside = info["broker"] !== undefined;
    const classMark = readString(info["classMark"], MARK_LENGTH);
    return { probe, clock, classMark, broker: { port: mqttPort, secure: info["mqttTls"] === true, outside, now } };
  } catch (error) {
    return failed({ reached: false, failure: error === LATE ? "timeout" : failureOf(error) });
  }
}

const LATE = new Error("no answer in time");

interface Answer {
  readonly response: IncomingMessage;
  readonly text: string;
}

function get(url: string, rejectUnauthorized: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const secure = url.startsWith("https:");
    const request = secure ? requestSecure(url, { rejectUnauthorized }) : requestPlain(url);
    const late = setTimeout(() => request.destroy(LATE), PATIENCE);
    request.once("close", () => clearTimeout(late));
    request.once("error", reject);
    request.once("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => {
        parts.push(part);
        if (parts.reduce((sum, { length }) => sum + length, 0) > INFO_LIMIT) request.destroy();
      });
      response.once("error", reject);
      response.once("end", () => resolve({ response, text: Buffer.concat(parts).toString("utf8") }));
    });
    request.end();
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function dateOf({ headers }: IncomingMessage): UnixMs | undefined {
  const time = Date.parse(headers.date ?? "");
  return Number.isNaN(time) ? undefined : unixMs(time);
}
