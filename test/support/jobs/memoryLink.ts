import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import type { MemoryJobBroker, MemoryJobTransport } from "#shared/adapters/MemoryJobTransport.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import type { RoomKeys } from "#shared/rooms/roomKeys.ts";

export interface OpenedLink {
  readonly link: JobLink;
  readonly transport: MemoryJobTransport;
}

/** A link over a broker in this process. */
export async function openMemoryLink(
  broker: MemoryJobBroker,
  options: { readonly keys: RoomKeys; readonly signer: Signer; readonly incarnation: number; readonly clock: Clock },
): Promise<OpenedLink> {
  let transport: MemoryJobTransport | undefined;
  const link = await JobLink.open({
    ...options,
    connect: (will) => (transport = broker.connect(will)),
    presence: { type: "presence", name: options.signer.peer.slice(0, 4), agent: undefined },
    afterTurn: queueMicrotask,
    logger: silentLogger,
  });
  return { link, transport: transport! };
}
