import { JobLink, nextIncarnation } from "../../jobs/link/JobLink.ts";
import type { LendingPorts } from "../../ports/LendingPorts.ts";
import type { RoomLink } from "../../rooms/roomLink.ts";
import { deriveRoomKeys } from "../../rooms/roomKeys.ts";
import type { MeshbookPorts } from "../app/MeshbookPorts.ts";
import { JobAgent } from "../JobAgent.ts";
import { LentKernels } from "./LentKernels.ts";
import type { LendingTerms } from "./lendingView.ts";

export interface Lent {
  readonly agent: JobAgent;
  readonly link: JobLink;
  readonly kernels: LentKernels;
}

/**
 * What keeps a lent kernel apart: an opaque origin without network, in a browser's sandbox; but no limit to its memory
 * that the page could set. 3 would promise that.
 */
const ISOLATION = 2;

/** Joins the class as an agent that executes in kernels of this page. */
export async function openLent(options: {
  readonly ports: Pick<MeshbookPorts, "jobs" | "logger">;
  readonly lending: LendingPorts;
  readonly room: RoomLink;
  readonly terms: LendingTerms;
  /** Of the person. */
  readonly name: string;
}): Promise<Lent> {
  const { ports, lending, room, terms } = options;
  const { jobs, logger } = ports;
  const { clock } = lending;
  const signer = await lending.identity();
  const { slots, languages, allow } = terms;
  const facts = { languages, slots, isolation: ISOLATION, labels: { lent: "page" }, ...(allow && { allow }) } as const;
  const name = `${options.name} (lent)`;
  const link = await JobLink.open({
    connect: (will) => jobs.connect(room, signer, will),
    keys: deriveRoomKeys(room.id, room.secret),
    signer,
    incarnation: nextIncarnation(undefined, clock.now()),
    presence: { type: "presence", name, agent: { ...facts, freeSlots: slots } },
    clock,
    logger,
    afterTurn: jobs.afterTurn,
  });
  const kernels = new LentKernels(() => lending.start(), clock);
  return { link, kernels, agent: new JobAgent({ link, clock, executor: kernels, name, facts }) };
}
