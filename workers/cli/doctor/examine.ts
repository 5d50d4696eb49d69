import type { Check } from "#shared/doctor/check.ts";
import { judgeEndpoint, skipped, type Endpoint } from "#shared/doctor/judgeEndpoints.ts";
import { judgeInvitation } from "#shared/doctor/judgeInvitation.ts";
import { judgeIsolation, judgeNode } from "#shared/doctor/judgeMachine.ts";
import { judgeMulticast, judgeUdp } from "#shared/doctor/judgeNetwork.ts";
import { judgeCertificate, judgeClock, judgeSecureContext } from "#shared/doctor/judgeOrigin.ts";
import { judgeArchive, judgeDataFolder, judgeFreeSpace } from "#shared/doctor/judgeStorage.ts";
import { probeSlots } from "../../agent/startSlots.ts";
import { probeArchive, probeFolder, probeFreeSpace } from "./probeFolder.ts";
import { probeHost } from "./probeHost.ts";
import { ownAddresses, probeMulticast, probeUdp } from "./probeNetwork.ts";
import { askFounding, probeHub, probeMqttTcp, probeMqttWeb, probeSignalling, type Place } from "./probeSockets.ts";

export interface Patient {
  /** Origin of the host to look at; undefined if none is known. */
  readonly origin: string | undefined;
  /** What was given to look at; undefined if it is the host that runs here. */
  readonly link: string | undefined;
  /** The data folder on this computer. */
  readonly data: string;
  /** Whether `origin` is the host that runs with that folder. */
  readonly runsHere: boolean;
}

/** Looks at everything. Never rejects for what is broken: that is what it is for. */
export async function examine({ origin, link, data, runsHere }: Patient): Promise<readonly Check[]> {
  const [host, machine] = await Promise.all([
    origin === undefined ? noHost() : examineHost(origin, link),
    examineMachine(),
  ]);
  const answers = host.some(({ id, state }) => id === "host" && state === "ok");
  return [...host, ...(await examineFolder(data, runsHere && answers)), ...machine];
}

const ENDPOINTS: readonly Endpoint[] = ["host", "hub", "signalling", "mqtt-web", "mqtt-tcp"];

function noHost(): readonly Check[] {
  const why = "No class host runs with this data folder. Give the doctor a link to look at another.";
  return ENDPOINTS.map((id) => skipped(id, why));
}

async function examineHost(origin: string, link: string | undefined): Promise<readonly Check[]> {
  const { probe, trusted, clock, broker, classMark } = await probeHost(origin);
  const place: Place = { origin, verify: trusted !== false };
  const founding = link === undefined || !probe.reached ? undefined : await askFounding(place, link);
  const invitation = link === undefined ? [] : [judgeInvitation(link, { classMark, founding })];
  const host = [judgeEndpoint("host", origin, probe), ...invitation];
  const secure = judgeSecureContext(origin);
  if (!probe.reached && probe.failure !== "forbidden") {
    return [...host, ...ENDPOINTS.slice(1).map((id) => skipped(id, "The host does not answer.")), secure];
  }
  const [hub, signalling, web, tcp] = await Promise.all([
    probeHub(place),
    probeSignalling(place),
    probeMqttWeb(place),
    broker && probeMqttTcp(place, broker),
  ]);
  return [
    ...host,
    judgeEndpoint("hub", origin, hub),
    judgeEndpoint("signalling", origin, signalling),
    judgeEndpoint("mqtt-web", origin, web),
    tcp === undefined || broker === undefined
      ? skipped("mqtt-tcp", "The host did not say which port agents use.")
      : judgeEndpoint("mqtt-tcp", `${new URL(origin).hostname}:${broker.port}`, tcp),
    secure,
    judgeCertificate(origin, trusted),
    clock === undefined ? skipped("clock", "The host did not say what time it has.") : judgeClock(clock),
  ];
}

async function examineFolder(data: string, hostAnswers: boolean): Promise<readonly Check[]> {
  const folder = await probeFolder(data);
  return [
    judgeDataFolder(data, folder),
    judgeArchive(await probeArchive(data, folder), hostAnswers),
    judgeFreeSpace(await probeFreeSpace(data)),
  ];
}

async function examineMachine(): Promise<readonly Check[]> {
  const addresses = ownAddresses();
  const [udp, multicast, isolation] = await Promise.all([
    probeUdp(addresses),
    probeMulticast(addresses),
    // That no slot starts is an answer like the others.
    probeSlots().then(
      (slots) => slots.isolation,
      () => undefined,
    ),
  ]);
  return [judgeUdp(udp), judgeMulticast(multicast), judgeNode(process.versions.node), judgeIsolation(isolation)];
}
