import type { PeerId, RoomId } from "../../base/ids.ts";
import { isRecord, readInteger } from "../../base/parse.ts";
import type { Readable } from "../../base/value.ts";
import { JobLink, nextIncarnation } from "../../jobs/link/JobLink.ts";
import type { AgentLabels } from "../../ports/agentLabels.ts";
import type { Kernel } from "../../ports/Kernel.ts";
import type { RoomLink } from "../../rooms/roomLink.ts";
import { deriveRoomKeys } from "../../rooms/roomKeys.ts";
import { AnyAgentKernel } from "../AnyAgentKernel.ts";
import { JobDispatcher } from "../JobDispatcher.ts";
import { JobRequester } from "../JobRequester.ts";
import { RemoteKernel } from "../RemoteKernel.ts";
import { classPeople, type ClassPerson } from "../lending/classPeople.ts";
import type { JobJournal } from "../outbox/RunOutbox.ts";
import { RequesterTraces } from "../tracing/RequesterTraces.ts";
import type { AgentView } from "../views.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";

const INCARNATION = "incarnation";

type ClassJobsPorts = Pick<MeshbookPorts, "clock" | "logger" | "settings" | "jobs">;

/** Our end of a class's jobs realm: which agents there are, and executions given to them. */
export class ClassJobs {
  readonly requester: JobRequester;
  readonly #dispatcher: JobDispatcher;
  readonly #link: JobLink;
  /** Who we are to agents: this device, or a passing identity (see `JobPorts.identity`). */
  readonly peer: PeerId;

  /** `journal`: see JobRequester. */
  static async open(ports: ClassJobsPorts, room: RoomLink, name: string, journal?: JobJournal): Promise<ClassJobs> {
    const signer = await ports.jobs.identity();
    const link = await JobLink.open({
      connect: (will) => ports.jobs.connect(room, signer, will),
      keys: deriveRoomKeys(room.id, room.secret),
      signer,
      incarnation: beginLife(ports, signer.peer),
      presence: { type: "presence", name, agent: undefined },
      clock: ports.clock,
      logger: ports.logger,
      afterTurn: ports.jobs.afterTurn,
    });
    const requester = new JobRequester({ link, clock: ports.clock, journal });
    void ports.jobs.tracer?.(room.base).then((tracer) => {
      if (tracer !== undefined) requester.traces = new RequesterTraces(tracer);
    });
    const seed = new DataView(crypto.getRandomValues(new Uint8Array(4)).buffer).getUint32(0);
    return new ClassJobs(requester, new JobDispatcher({ requester, clock: ports.clock, seed }), link);
  }

  private constructor(requester: JobRequester, dispatcher: JobDispatcher, link: JobLink) {
    this.#link = link;
    this.requester = requester;
    this.#dispatcher = dispatcher;
    this.peer = link.peer;
  }

  get agents(): Readable<readonly AgentView[]> {
    return this.requester.agents;
  }

  /** Who else is in the class now and may ask agents. */
  people(): readonly ClassPerson[] {
    return classPeople(this.#link.roster.get(), this.peer);
  }

  /** A new kernel of ours on an agent, for one notebook. */
  kernel(agent: PeerId, notebook: RoomId): Kernel {
    return new RemoteKernel({ requester: this.requester, agent, notebook });
  }

  /** Stands for whichever agents fit and have the labels. */
  anyKernel(notebook: RoomId, labels: AgentLabels): Kernel {
    return new AnyAgentKernel(this.#dispatcher, notebook, labels);
  }

  /** Stands for the kernel of a job that an earlier life of this device gave to an agent: executing takes it up. */
  adoptedKernel(agent: PeerId, notebook: RoomId): Kernel {
    return new RemoteKernel({ requester: this.requester, agent, notebook, adopts: true });
  }

  /** A kernel for one execution that an earlier life of this device may have offered to the agent, to that life of it. */
  offeredKernel(agent: PeerId, notebook: RoomId, offeredTo: number): Kernel {
    return new RemoteKernel({ requester: this.requester, agent, notebook, offeredTo });
  }

  close(): Promise<void> {
    return this.requester.close();
  }

  /** For a page that is being unloaded. */
  leave(): void {
    this.requester.leave();
  }
}

/** Each life of a device has a higher number than the one before, also when its clock was set back. */
function beginLife({ settings, clock }: ClassJobsPorts, peer: string): number {
  const stored = settings.get(INCARNATION);
  const previous = isRecord(stored) ? readInteger(stored[peer], 0, Number.MAX_SAFE_INTEGER) : undefined;
  const incarnation = nextIncarnation(previous, clock.now());
  settings.set(INCARNATION, { [peer]: incarnation });
  return incarnation;
}
