import type { Dispose } from "../../base/dispose.ts";
import { ms } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";
import { TimerSet } from "../TimerSet.ts";
import type { YWebrtcLink } from "./yWebrtc.ts";

/** A link over which nothing has come for a while is not counted; it may recover by itself, so it is not dropped. */
const DOUBT_PATIENCE = ms(2_000);

export interface LinkDoubtsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly doubted: () => void;
  readonly changed: () => void;
}

/** Peers whose links have been silent for some seconds. */
export class LinkDoubts {
  readonly #options: LinkDoubtsOptions;
  readonly #doubtful = new Set<string>();
  readonly #timers: TimerSet;

  constructor(options: LinkDoubtsOptions) {
    this.#options = options;
    this.#timers = new TimerSet(options.clock);
  }

  has(peer: string): boolean {
    return this.#doubtful.has(peer);
  }

  /** `disconnected` is what a link is called whose other end has not answered for some seconds. */
  watch(link: YWebrtcLink): void {
    const { logger, doubted, changed } = this.#options;
    const peer = link.remotePeerId;
    let stop: Dispose = () => {};
    const calm = (): void => {
      stop();
      this.#doubtful.delete(peer);
    };
    link.peer.on("iceStateChange", (state) => {
      logger.debug("a link changed", { peer, state });
      calm();
      if (state === "disconnected") {
        stop = this.#timers.after(DOUBT_PATIENCE, () => {
          this.#doubtful.add(peer);
          doubted();
          changed();
        });
      }
      changed();
    });
    link.peer.on("close", calm);
  }

  stop(): void {
    this.#timers.clear();
  }
}
