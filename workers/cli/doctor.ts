import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import { CHECK_TITLES, isHealthy, type Check } from "#shared/doctor/check.ts";
import { shownBrokerUrl } from "#shared/rooms/brokerAccess.ts";
import { chosenBroker } from "../agent/chosenBroker.ts";
import type { Patient } from "./doctor/examine.ts";

interface DoctorOptions {
  readonly data: string;
  readonly json?: boolean;
  readonly brokerUrl?: string;
  readonly brokerLogin?: string;
}

/** `meshbook doctor [LINK]`: what works between this computer and a class host, and what to do about the rest. */
export function doctorCommand(): Command {
  const command = new Command("doctor");
  return command
    .description("check what works between this computer and a class host, and say what to do about the rest")
    .argument("[link]", "a link of the class, or its address; without it, the host that runs on this computer")
    .option("--data <dir>", "the data folder to look at", join(homedir(), ".meshbook"))
    .option("--broker-url <url>", "look at this MQTT broker alone: mqtt(s)://, ws(s)://")
    .option("--broker-login <file>", "file of one line with the login there: user:password, or a token")
    .option("--json", 'print one line: {"healthy","checks":[{"id","state","found","advice"}]}')
    .addHelpText(
      "after",
      "\nEach check is ok, a warning (it works, with less than it could), a problem, or skipped." +
        "\nThe exit code is 0 if there is no problem. The secret in a link is sent to nobody.",
    )
    .action(async (link: string | undefined, options: DoctorOptions) => {
      try {
        await doctor(link, options);
      } catch (error) {
        command.error(`meshbook doctor: ${messageOf(error)}`, { exitCode: 1 });
      }
    });
}

async function doctor(link: string | undefined, options: DoctorOptions): Promise<void> {
  const { data, json, brokerUrl, brokerLogin } = options;
  const isForBroker = brokerUrl !== undefined || brokerLogin !== undefined;
  if (isForBroker && link !== undefined) throw new BadInputError("give a link or --broker-url, not both");
  const checks = isForBroker ? await examineBroker(options) : await examineAll(link, data);
  const healthy = isHealthy(checks);
  if (json === true) console.log(JSON.stringify({ healthy, checks }));
  else console.log(report(checks, healthy));
  process.exitCode = healthy ? 0 : 1;
}

async function examineAll(link: string | undefined, data: string): Promise<readonly Check[]> {
  // Loaded only here: the other commands start without it.
  const { examine } = await import("./doctor/examine.ts");
  return examine(await patient(link, resolve(data)));
}

async function examineBroker({ brokerUrl, brokerLogin }: DoctorOptions): Promise<readonly Check[]> {
  const access = chosenBroker({ url: brokerUrl, loginFile: brokerLogin }, process.env);
  if (!access.ok) throw access.error;
  if (access.value === undefined) throw new BadInputError("--broker-login belongs to --broker-url: give both");
  const [{ probeBroker }, { judgeBroker }] = await Promise.all([
    import("./doctor/probeBroker.ts"),
    import("#shared/doctor/judgeBroker.ts"),
  ]);
  return judgeBroker(shownBrokerUrl(access.value), await probeBroker(access.value));
}

async function patient(link: string | undefined, data: string): Promise<Patient> {
  const { readRunningHost } = await import("../../broker/control/runningHost.ts");
  const here = await readRunningHost(data);
  const origin = link === undefined ? here?.origin : originOf(link);
  return { origin, link, data, runsHere: here !== undefined && here.origin === origin };
}

function originOf(link: string): string {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.origin;
  throw new BadInputError("a link starts with http:// or https://: paste the whole invitation");
}

const TITLE_WIDTH = Math.max(...Object.values(CHECK_TITLES).map((title) => title.length));

function report(checks: readonly Check[], healthy: boolean): string {
  const lines = checks.flatMap(({ id, state, found, advice }) => {
    const margin = " ".repeat(8);
    const line = `${state.padEnd(8)}${CHECK_TITLES[id].padEnd(TITLE_WIDTH)}  ${found}`;
    return advice === undefined ? [line] : [line, `${margin}${" ".repeat(TITLE_WIDTH)}  → ${advice}`];
  });
  return [
    ...lines,
    "",
    healthy ? "Nothing that is needed is missing." : "Something that is needed does not work.",
  ].join("\n");
}
