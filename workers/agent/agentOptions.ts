import { cpus, homedir, hostname } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PeerId } from "#shared/base/ids.ts";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { ALLOW_LIMIT } from "#shared/jobs/jobMessage.ts";
import { isLabel, LABELS_LIMIT, type AgentLabels } from "#shared/ports/agentLabels.ts";
import { readOrigin } from "#shared/packages/OriginGrants.ts";
import { cleanName } from "#shared/presence/presence.ts";
import type { BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { parseRoomLink, type RoomLink } from "#shared/rooms/roomLink.ts";
import { chosenBroker, type BrokerChoice } from "./chosenBroker.ts";

export interface AgentOptions {
  readonly join: RoomLink;
  /** Undefined to ask the class host. */
  readonly broker: BrokerAccess | undefined;
  /** How that was given, to be read again: logins are renewed. */
  readonly brokerChoice: BrokerChoice;
  readonly data: string;
  readonly name: string;
  readonly slots: number;
  /** How long cells that run may take to end when the agent is told to leave. */
  readonly drain: Milliseconds;
  readonly labels: AgentLabels;
  /** Devices whose jobs it takes; undefined: those of the whole class. */
  readonly allow: readonly PeerId[] | undefined;
  /** Folder of packages of Python. */
  readonly wheels: string | undefined;
  /** Origins from which code may be loaded. */
  readonly origins: readonly string[];
  /** Port on this computer at which Prometheus may read what the agent counts; undefined: nowhere. */
  readonly metrics: number | undefined;
  /** Ends when standard input does: it was started by a program that may die. */
  readonly child: boolean;
}

export const AGENT_HELP = `meshbook agent: takes cells of a class and executes them on this computer

  --join LINK      the class's link (required); a class host that is not up yet is waited for
  --name NAME      how the class sees this computer (default: its host name)
  --slots N        cells executed at once (default: processor cores - 1, at least 1)
  --label KEY=VALUE     what the class may ask for, such as gpu=a100; up to ${LABELS_LIMIT} times
  --allow DEVICE   take jobs of this device alone; up to ${ALLOW_LIMIT} times (default: class = of everybody in it).
                   Whoever is refused is told the id of their device. Names do not count: anybody can take one
  --data DIR       where this agent keeps its key (default: ~/.meshbook/agent)
  --broker-url URL mqtt(s)://host:port or ws(s)://host/path, instead of asking the class host
  --broker-login FILE   file of one line: user:password, or a token; read again at each login. Both also from the
                   environment: MESHBOOK_BROKER_URL, MESHBOOK_BROKER_LOGIN
  --drain SECONDS  when told to end (Ctrl-C, SIGTERM) it takes no more cells and finishes those that run, for at most
                   this long (default: 60); told again, it ends at once
  --wheels DIR     packages of Python (.whl files) for its cells, beside those that the class host offers
  --allow-origin O let its cells import packages from this https:// origin; may be said again. Nothing is
                   loaded from elsewhere: https://esm.sh has packages of npm, https://cdn.jsdelivr.net of Python
  --metrics PORT   what it counts, for Prometheus, at http://127.0.0.1:PORT/metrics, for this computer alone
  --child          started by a class host: end when standard input ends
  --help           show this

A class host that made its certificate itself (https) must be trusted first: download /certificate.pem from it,
compare its fingerprint, and set NODE_EXTRA_CA_CERTS to that file.

Prints one line of JSON when it has joined: {"ready":true,"peer":"…","isolation":3}
`;

const MOST_SLOTS = 256;
/** As long as whoever stops services usually waits before they kill (systemd: 90 s), and a bit less. */
const DRAIN_SECONDS = 60;
const MOST_DRAIN_SECONDS = 3_600;

/** Reads the command line; "help" if that was asked for. */
export function parseAgentOptions(args: readonly string[]): Result<AgentOptions | "help", BadInputError> {
  const text = { type: "string" } as const;
  const several = { type: "string", multiple: true } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    join: text,
    broker: text,
    "broker-url": text,
    "broker-login": text,
    data: text,
    name: text,
    slots: text,
    drain: text,
    label: several,
    allow: several,
    wheels: text,
    "allow-origin": { type: "string", multiple: true } as const,
    metrics: text,
    child: flag,
    help: flag,
  };
  try {
    const { values } = parseArgs({ args: joinIds(args), options, strict: true });
    if (values.help) return ok("help");
    if (values.join === undefined) return err(new BadInputError("--join LINK is missing: give it the class's link"));
    return read({ ...values, join: values.join });
  } catch (error) {
    return err(new BadInputError(messageOf(error)));
  }
}

/** One id in 64 begins with a dash, and would be taken for an option of its own. */
function joinIds(args: readonly string[]): string[] {
  const isId = (at: number): boolean => args[at - 1] === "--allow" && PeerId.parse(args[at]) !== undefined;
  return args.flatMap((arg, at) => {
    if (isId(at)) return [];
    return isId(at + 1) ? [`${arg}=${args[at + 1] ?? ""}`] : [arg];
  });
}

interface Given {
  readonly join: string;
  /** The former name of `--broker-url`. */
  readonly broker?: string | undefined;
  readonly "broker-url"?: string | undefined;
  readonly "broker-login"?: string | undefined;
  readonly data?: string | undefined;
  readonly name?: string | undefined;
  readonly slots?: string | undefined;
  readonly drain?: string | undefined;
  readonly label?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly wheels?: string | undefined;
  readonly "allow-origin"?: string[] | undefined;
  readonly metrics?: string | undefined;
  readonly child: boolean;
}

function read({
  join: text,
  data,
  name,
  slots,
  drain,
  wheels,
  child,
  ...given
}: Given): Result<AgentOptions, BadInputError> {
  const link = parseRoomLink(text);
  if (!link.ok) return link;
  if (link.value.kind !== "class") return err(new BadInputError("--join needs the link of a class, not of a notebook"));
  const brokerChoice = { url: given["broker-url"] ?? given.broker, loginFile: given["broker-login"] };
  const broker = chosenBroker(brokerChoice, process.env);
  if (!broker.ok) return broker;
  const count = slots === undefined ? Math.max(1, cpus().length - 1) : Number(slots);
  if (!Number.isInteger(count) || count < 1 || count > MOST_SLOTS) {
    return err(new BadInputError(`--slots must be a number from 1 to ${MOST_SLOTS}`));
  }
  const patience = drain === undefined ? DRAIN_SECONDS : Number(drain);
  if (!(patience >= 0 && patience <= MOST_DRAIN_SECONDS)) {
    return err(new BadInputError(`--drain must be a number of seconds from 0 to ${MOST_DRAIN_SECONDS}`));
  }
  const metrics = given.metrics === undefined ? undefined : Number(given.metrics);
  if (metrics !== undefined && !(Number.isInteger(metrics) && metrics >= 1 && metrics <= 65_535)) {
    return err(new BadInputError("--metrics needs a port, a number from 1 to 65535"));
  }
  const labels = readLabelOptions(given.label ?? []);
  if (!labels.ok) return labels;
  const allow = readAllowed(given.allow ?? []);
  if (!allow.ok) return allow;
  const origins = readOrigins(given["allow-origin"] ?? []);
  if (!origins.ok) return origins;
  return ok({
    ...{ labels: labels.value, allow: allow.value },
    join: link.value,
    wheels,
    metrics,
    origins: origins.value,
    broker: broker.value,
    brokerChoice,
    child,
    data: data ?? join(homedir(), ".meshbook", "agent"),
    name: cleanName(name ?? hostname()),
    slots: count,
    drain: seconds(patience),
  });
}

function readLabelOptions(texts: readonly string[]): Result<AgentLabels, BadInputError> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const [key = "", ...rest] = text.split("=");
    const value = rest.join("=");
    if (!isLabel(key, value)) {
      return err(new BadInputError(`--label ${text}: a label looks like gpu=a100, in at most 32 and 64 characters`));
    }
    if (labels.has(key)) return err(new BadInputError(`--label ${text}: ${key} has one value; give it once`));
    labels.set(key, value);
  }
  if (labels.size > LABELS_LIMIT) return err(new BadInputError(`--label can be given at most ${LABELS_LIMIT} times`));
  return ok(Object.fromEntries(labels));
}

function readAllowed(texts: readonly string[]): Result<readonly PeerId[] | undefined, BadInputError> {
  if (texts.length === 0 || texts.includes("class")) return ok(undefined);
  const peers = new Set<PeerId>();
  for (const text of texts) {
    const peer = PeerId.parse(text);
    if (peer === undefined) {
      return err(
        new BadInputError(`--allow ${text}: give "class", or the id of a device: 22 letters, digits, - and _`),
      );
    }
    peers.add(peer);
  }
  return peers.size > ALLOW_LIMIT
    ? err(new BadInputError(`--allow can name at most ${ALLOW_LIMIT} devices`))
    : ok([...peers]);
}

/** What `--allow-origin` says, as origins. */
export function readOrigins(given: readonly string[]): Result<readonly string[], BadInputError> {
  const origins = given.map(readOrigin);
  const wrong = given.find((_, index) => origins[index] === undefined);
  if (wrong !== undefined)
    return err(new BadInputError(`--allow-origin ${wrong}: say an origin that begins with https://`));
  return ok(origins.filter((origin) => origin !== undefined));
}
