import { formatRoomLink, type RoomRef } from "#shared/rooms/roomLink.ts";
import { isAnyAddress, isLoopback, lanAddresses } from "./http/hostNames.ts";

/** Where a class host is found. */
export interface HostAddresses {
  /** The page to open on this computer: a class link; that of a blind host, which knows no class, a plain address. */
  readonly url: string;
  /** The class link for others; the same as `url` when only this computer can reach the host. */
  readonly invite: string;
  readonly mqtt: string;
  /** Bases of the host on the networks of this computer; none unless it was opened to them. */
  readonly lan: readonly string[];
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly mqttPort: number;
  /** Whether http and MQTT go over TLS. */
  readonly secure?: boolean;
  /** The name that its certificate is for; undefined if it is good for every address. */
  readonly name?: string | undefined;
  /** Address of a broker that is not the host's own, for people. */
  readonly broker?: string | undefined;
}

/** The address under which others reach a host that listens on `host`; a loopback one if they cannot. */
export const addressForOthers = (host: string): string => bracketed(lanOf(host)[0] ?? localAddress(host));

export function hostAddresses(room: RoomRef | undefined, listening: Listening): HostAddresses {
  const { host, port, mqttPort, secure, name } = listening;
  const lan = lanOf(host).map((address) => name ?? address);
  const local = name ?? localAddress(host);
  const [http, mqtt] = secure === true ? ["https", "mqtts"] : ["http", "mqtt"];
  const link = (address: string): string => {
    const base = `${http}://${bracketed(address)}:${port}`;
    return room === undefined ? `${base}/` : formatRoomLink({ kind: "class", base, ...room });
  };
  return {
    url: link(local),
    invite: link(lan[0] ?? local),
    mqtt: listening.broker ?? `${mqtt}://${bracketed(lan[0] ?? local)}:${mqttPort}`,
    lan: [...new Set(lan)].map((address) => `${http}://${bracketed(address)}:${port}/`),
  };
}

function lanOf(host: string): readonly string[] {
  if (isAnyAddress(host)) return lanAddresses();
  return isLoopback(host) ? [] : [host];
}

/** The address under which this computer reaches a host that listens on `host`. */
export function localAddress(host: string): string {
  if (host === "::") return "::1";
  return host === "0.0.0.0" || host === "localhost" ? "127.0.0.1" : host;
}

/** An address as it stands in a link: IPv6 in brackets. */
export const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);
