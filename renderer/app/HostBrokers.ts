import type { AskAccess, BrokerVersions } from "#shared/adapters/MqttJobTransport.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { seconds, unixMs } from "#shared/base/units.ts";
import { MQTT_PATH, type HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import type { Settings } from "#shared/ports/Settings.ts";
import { openToldBroker } from "#shared/rooms/brokerAccess.ts";
import { brokerLogin, type BrokerMember } from "#shared/rooms/brokerToken.ts";
import type { RoomKeys } from "#shared/rooms/roomKeys.ts";

/** Milliseconds after which a broker without version 5 is asked for it again: it may have been replaced. */
const VERSION_AGE = seconds(24 * 3_600);
const SEALED_LIMIT = 128 * 1024;

export interface HostBrokersOptions {
  readonly settings: Settings;
  readonly now: () => number;
  readonly readHostInfo: (base: string) => Promise<HostInfo | undefined>;
}

/**
 * Where the broker of a class host is: at the host itself, or where the host tells members of its class. What was told
 * is kept on this device as it came, sealed, so that the broker is reached while the host is away.
 */
export class HostBrokers {
  readonly versions: BrokerVersions;
  readonly #options: HostBrokersOptions;
  readonly #classes = new Map<string, Pick<RoomKeys, "broker" | "topicTag">>();

  constructor(options: HostBrokersOptions) {
    this.#options = options;
    this.versions = rememberedVersions(options);
  }

  /** This page is in the class at `base`: it can open what its host tells. */
  know(base: string, keys: Pick<RoomKeys, "broker" | "topicTag">): void {
    this.#classes.set(base, keys);
  }

  /**
   * How `member` gets in. Rejects while the broker is elsewhere and only members of a class that this page is not in are
   * told where.
   */
  access(base: string, member: BrokerMember): AskAccess {
    return async () => {
      const { sealed, now } = await this.#told(base);
      const url = ownUrl(base);
      if (sealed === undefined) return { url, login: await brokerLogin(member, unixMs(now)), isOwn: true };
      const keys = this.#classes.get(base);
      const told = keys && openToldBroker(keys, sealed);
      if (told === undefined) throw new Error("the broker of this host is for members of its class");
      return told.pages ?? { url, login: told.agents.login };
    };
  }

  /** Where the broker is, and what time the host has. */
  async #told(base: string): Promise<{ readonly sealed: string | undefined; readonly now: number }> {
    const { settings, readHostInfo } = this.#options;
    const key = `broker:${base}`;
    const info = await readHostInfo(base);
    const now = info?.now ?? this.#options.now();
    if (info === undefined) return { sealed: readString(settings.get(key), SEALED_LIMIT), now };
    if (settings.get(key) !== info.broker) settings.set(key, info.broker);
    return { sealed: info.broker, now };
  }
}

function ownUrl(base: string): string {
  const { protocol, host } = new URL(base);
  return `${protocol === "https:" ? "wss" : "ws"}://${host}${MQTT_PATH}`;
}

/** Only that a broker refused version 5 is kept; one that took it is asked for it again anyway. */
function rememberedVersions({ settings, now }: Pick<HostBrokersOptions, "settings" | "now">): BrokerVersions {
  const keyOf = (url: string): string => `mqtt-version:${new URL(url).host}`;
  const get = (url: string): 4 | undefined => {
    const noted = settings.get(keyOf(url));
    const since = isRecord(noted) ? readInteger(noted["old"], 0, Number.MAX_SAFE_INTEGER) : undefined;
    return since !== undefined && now() - since < VERSION_AGE ? 4 : undefined;
  };
  const set = (url: string, version: 4 | 5): void => {
    if (version === 4 && get(url) === undefined) settings.set(keyOf(url), { old: Math.floor(now()) });
    if (version === 5 && settings.get(keyOf(url)) !== undefined) settings.set(keyOf(url), undefined);
  };
  return { get, set };
}
