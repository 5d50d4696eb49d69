import type { RoomId } from "../base/ids.ts";
import type { TraceParent } from "../base/traceParent.ts";

/** Brings what an agent executes into notebooks when whoever asked for it is not there to write it. */
export interface RunDelivery {
  /**
   * `body`: a `BroughtRun` as JSON. "written": it is in the notebook and stored. "refused": the notebook waits for no
   * such run, now or later. "later": it could not be asked. `context`: the span that it belongs to.
   * Never rejects.
   */
  deliver(notebook: RoomId, body: Uint8Array, context?: TraceParent): Promise<"written" | "refused" | "later">;
}
