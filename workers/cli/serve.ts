import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import type { Result } from "#shared/base/result.ts";
import { SECURE_PATH } from "#shared/doctor/judgeOrigin.ts";
import { parseBrokerUrl, type BrokerAccess, type ToldBroker } from "#shared/rooms/brokerAccess.ts";
import type { ClassHost } from "../../broker/ClassHost.ts";
import type { MetricsAccess } from "../../broker/http/routes/metricsRoute.ts";
import type { HostTls, TlsWish } from "../../broker/tls/HostTls.ts";
import { chosenBroker, renewed } from "../agent/chosenBroker.ts";
import { endTracing, openTracing } from "../agent/openTracing.ts";
import { dist, version } from "./installation.ts";

/** A port that says nothing else on a school network. */
const DEFAULT_PORT = 8720;
/** How long stopping may take before the process ends anyway (milliseconds). What was acknowledged is on the disk. */
const STOP_LIMIT = 10_000;

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly mqttPort: number;
  readonly brokerUrl?: string;
  readonly brokerPageUrl?: string;
  readonly brokerLogin?: string;
  readonly data: string;
  readonly name?: string;
  readonly tls?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly json?: boolean;
  readonly agent: boolean;
  readonly hub: boolean;
  readonly blind?: boolean;
  readonly wheels?: string;
  readonly metrics?: string | true;
}

/** `meshbook serve`: the class host. Runs until SIGINT or SIGTERM, and ends with 0 when everything is saved. */
export function serveCommand(): Command {
  const command = new Command("serve");
  return command
    .description("host a class: web app, sync, signalling, broker, archive, and an agent on this computer")
    .option("--port <port>", "TCP port of the page; 0 = any free one", readPort, DEFAULT_PORT)
    .option("--host <address>", "address to listen on; 0.0.0.0 opens the class to the local network", "127.0.0.1")
    .option("--mqtt-port <port>", "TCP port of MQTT; 0 = any free one", readPort, 0)
    .option("--broker-url <url>", "use this MQTT broker in place of the host's own: mqtt(s)://, ws(s)://")
    .option(
      "--broker-page-url <url>",
      "ws(s):// address of that broker for pages; else they reach it through this host",
    )
    .option(
      "--broker-login <file>",
      "file of one line with the login there: user:password, or a token; read again at each login",
    )
    .option("--data <dir>", "folder of everything that is kept", join(homedir(), ".meshbook"))
    .option("--name <name>", "name of the class")
    .option("--tls", "serve https, wss and mqtts; with a certificate of the host's own unless one is given")
    .option("--tls-cert <file>", "certificate in PEM, with those that vouch for it")
    .option("--tls-key <file>", "its key in PEM")
    .option("--blind", "store and pass on only what members sealed; the host can read no notebook")
    .option("--wheels <dir>", "offer the class the packages of Python in this folder (.whl files)")
    .option("--metrics [file]", "let others read /metrics too; if given, with the token in this file of one line")
    .option("--no-agent", "start no agent on this computer")
    .option("--json", 'print one line when ready: {"url","invite","mqtt","pid"}')
    .addOption(new Option("--no-hub", "do not store or relay documents; pages must reach one another").hideHelp())
    .action(async (options: ServeOptions) => {
      try {
        await serve(options);
      } catch (error) {
        command.error(`meshbook serve: ${messageOf(error)}`, { exitCode: 1 });
      }
    });
}

async function serve(options: ServeOptions): Promise<void> {
  // Loaded only here: the other commands start without a database and a broker.
  const [{ ClassHost }, { lineLogger }, { systemClock }] = await Promise.all([
    import("../../broker/ClassHost.ts"),
    import("../../broker/process/lineLogger.ts"),
    import("#shared/adapters/systemClock.ts"),
  ]);
  const logger = lineLogger("host");
  const telemetry = openTracing("meshbook-host");
  // Spans of pages are told from the host's own by the name of the service.
  const pages = openTracing("meshbook-page", { ...process.env, OTEL_SERVICE_NAME: undefined });
  const host = await ClassHost.start({
    data: resolve(options.data),
    dist,
    version,
    host: options.host,
    port: options.port,
    mqttPort: options.mqttPort,
    outsideBroker: renewedBroker(options),
    name: options.name,
    tls: tlsWish(options),
    withAgent: options.agent,
    withHub: options.hub,
    blind: options.blind === true,
    wheels: options.wheels === undefined ? undefined : folderOf(options.wheels),
    metrics: metricsAccess(options),
    telemetry: telemetry && pages && { host: telemetry.tracer, pages: pages.tracer },
    clock: systemClock,
    logger,
  });
  stopOnSignal(async () => {
    await host.stop(logger);
    await Promise.all([endTracing(telemetry), endTracing(pages)]);
  });
  if (options.json === true) console.log(readyLine(host));
  else console.log(welcome(host, options));
}

/** One line for scripts. The page at `url` is usable at once; the agent comes a moment later. */
function readyLine({ addresses: { url, invite, mqtt } }: ClassHost): string {
  return JSON.stringify({ url, invite, mqtt, pid: process.pid });
}

/** The broker that was chosen in place of the host's own. Pages and agents learn of it from the host. */
function renewedBroker(options: ServeOptions): (() => ToldBroker) | undefined {
  const { brokerUrl: url, brokerPageUrl, brokerLogin: loginFile } = options;
  const read = (): Result<BrokerAccess | undefined, BadInputError> => chosenBroker({ url, loginFile }, process.env);
  const agents = read();
  if (!agents.ok) throw agents.error;
  if (agents.value === undefined) {
    if (brokerPageUrl !== undefined) throw new BadInputError("--broker-page-url belongs to --broker-url: give both");
    return undefined;
  }
  const first = agents.value;
  const now = renewed<BrokerAccess | undefined>(first, read);
  const told = (): ToldBroker => outsideBroker(now() ?? first, brokerPageUrl);
  told();
  return told;
}

function outsideBroker(agents: BrokerAccess, brokerPageUrl: string | undefined): ToldBroker {
  const isWeb = /^wss?:/.test(agents.url);
  if (brokerPageUrl === undefined) return { agents, pages: isWeb ? agents : undefined };
  const pages = parseBrokerUrl(brokerPageUrl);
  if (!pages.ok || !/^wss?:/.test(pages.value.url)) {
    throw new BadInputError("--broker-page-url must start with ws:// or wss://: pages can open nothing else");
  }
  return { agents, pages: { url: pages.value.url, login: pages.value.login ?? agents.login } };
}

function folderOf(given: string): string {
  const folder = resolve(given);
  if (!existsSync(folder)) throw new BadInputError(`--wheels: there is no folder ${folder}`);
  return folder;
}

function metricsAccess({ metrics }: ServeOptions): MetricsAccess {
  if (metrics === undefined) return "this computer";
  if (metrics === true) return "everybody";
  const file = resolve(metrics);
  if (!existsSync(file)) throw new BadInputError(`--metrics: there is no file ${file}`);
  const token = readFileSync(file, "utf8").trim();
  if (!/^[!-~]{16,}$/.test(token)) {
    throw new BadInputError(
      `--metrics: the token in ${file} must be one line of at least 16 characters, without spaces`,
    );
  }
  return { token };
}

function tlsWish({ tls, tlsCert, tlsKey }: ServeOptions): TlsWish | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return tls === true ? "own" : undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new BadInputError("--tls-cert and --tls-key belong together: give both, or --tls alone");
  }
  return { certFile: resolve(tlsCert), keyFile: resolve(tlsKey) };
}

function welcome({ identity, addresses, tls }: ClassHost, { data, host, blind }: ServeOptions): string {
  const { url, invite, mqtt, lan } = addresses;
  return [
    identity.name,
    "",
    `  this computer   ${new URL(url).origin}/`,
    ...lan.map((base) => `  local network   ${base}`),
    `  MQTT            ${mqtt}`,
    `  kept in         ${resolve(data)}`,
    ...(tls === undefined ? [] : certificateLines(tls, url)),
    ...(blind === true ? BLIND_LINES : []),
    "",
    lan.length > 0 ? (blind === true ? "Open it:" : "Invite others:") : `${whyAlone(host)} Open it here:`,
    `  ${invite}`,
    "",
  ].join("\n");
}

/** What a careful guest compares before trusting it. */
function certificateLines({ facts, isOwn }: HostTls, url: string): readonly string[] {
  const lines = [`  certificate     SHA-256 ${facts?.fingerprint ?? "unknown"}`];
  return isOwn ? [...lines, `  how to trust it ${new URL(url).origin}${SECURE_PATH}`] : lines;
}

/** What an operator must know, and may tell those who come. */
const BLIND_LINES: readonly string[] = [
  "",
  "This host is blind: it keeps and passes on what members have sealed, and has no key.",
  "  it sees         who may do what, which devices come, from where and when, and how much they send",
  "  it cannot do    history, .ipynb files, clearing out unused files, agents of its own; devices keep their history",
  "  the class       starts in the page: whoever opens it first starts one there, and invites the others",
];

function whyAlone(host: string): string {
  return host === "0.0.0.0" || host === "::"
    ? "This computer is in no network, so nobody else can reach the class."
    : "Only this computer can reach the class; --host 0.0.0.0 opens it.";
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    // A second Ctrl-C means it: what was acknowledged is on the disk already.
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT).unref();
    void stop().finally(() => process.exit(0));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || text.trim() === "") {
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  }
  return port;
}
