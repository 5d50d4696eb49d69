import { toBase64url } from "#shared/base/base64url.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { messageOf } from "#shared/base/errors.ts";
import { TRACEPARENT_HEADER, type TraceParent } from "#shared/base/traceParent.ts";
import {
  FINISHED_KEY_HEADER,
  FINISHED_PATH,
  FINISHED_SIGNATURE_HEADER,
  finishedMessage,
} from "#shared/contracts/host/finishedRoute.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { RunDelivery } from "#shared/ports/RunDelivery.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import type { HostSight } from "./HostSight.ts";

/** Milliseconds that a host may take: it stores tens of megabytes. */
const ANSWER_LIMIT = 60_000;
/** Too busy, no space, or failing: it may be otherwise later. All other refusals stay. */
const LATER: ReadonlySet<number> = new Set([429, 500, 502, 503, 504, 507]);

/** Asks the class host to write what was executed. One that is blind is told nothing of it. */
export class HostDelivery implements RunDelivery {
  readonly #base: string;
  readonly #sight: Pick<HostSight, "sees">;
  readonly #signer: Signer;
  readonly #logger: Logger;

  constructor(base: string, sight: Pick<HostSight, "sees">, signer: Signer, logger: Logger) {
    this.#base = base;
    this.#sight = sight;
    this.#signer = signer;
    this.#logger = logger;
  }

  async deliver(notebook: RoomId, body: Uint8Array, context?: TraceParent): Promise<"written" | "refused" | "later"> {
    const sees = await this.#sight.sees();
    if (sees !== "clear") return sees === "sealed" ? "refused" : "later";
    try {
      const signature = await this.#signer.sign(finishedMessage(notebook, body));
      const response = await fetch(`${this.#base}${FINISHED_PATH}${notebook}`, {
        method: "POST",
        // reason: fetch takes any view of bytes; its type asks for one that is certainly not shared.
        body: body as Uint8Array<ArrayBuffer>,
        headers: {
          "Content-Type": "application/json",
          [FINISHED_KEY_HEADER]: toBase64url(this.#signer.publicKey),
          [FINISHED_SIGNATURE_HEADER]: toBase64url(signature),
          ...(context && { [TRACEPARENT_HEADER]: context }),
        },
        signal: AbortSignal.timeout(ANSWER_LIMIT),
      });
      await response.body?.cancel();
      if (response.ok) return "written";
      return LATER.has(response.status) ? "later" : "refused";
    } catch (error) {
      this.#logger.debug("the class host could not be asked to write a result", { reason: messageOf(error) });
      return "later";
    }
  }
}
