import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { OfferMessage } from "#shared/jobs/jobMessage.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { parseRoomLink } from "#shared/rooms/roomLink.ts";
import type { JobExecutor } from "#shared/session/agent/JobExecutor.ts";
import { JobAgent } from "#shared/session/JobAgent.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import type { MemoryWorld } from "./MemoryWorld.ts";

/** An execution that the test steers. */
export interface SteeredExecution {
  readonly offer: OfferMessage;
  print(text: string): void;
  end(): void;
}

/** An agent of the class whose executions do what the test says. */
export class MemoryAgent {
  readonly executions: SteeredExecution[] = [];
  readonly #name: string;
  readonly #signer = NodeSigner.create();
  #agent: JobAgent | undefined;

  constructor(name = "lab-1") {
    this.#name = name;
  }

  async join(world: MemoryWorld): Promise<void> {
    const room = parseRoomLink(world.classLink);
    if (!room.ok) throw room.error;
    const facts = { languages: ["javascript"], slots: 2, isolation: 2 } as const;
    const link = await JobLink.open({
      connect: (will) => world.broker.connect(will),
      keys: deriveRoomKeys(room.value.id, room.value.secret),
      signer: this.#signer,
      incarnation: Date.now(),
      presence: { type: "presence", name: this.#name, agent: { ...facts, freeSlots: 2 } },
      clock: systemClock,
      logger: silentLogger,
      afterTurn: (callback) => queueMicrotask(callback),
    });
    this.#agent = new JobAgent({ link, clock: systemClock, executor: this.#executor(), name: this.#name, facts });
  }

  async leave(): Promise<void> {
    await this.#agent?.close();
  }

  #executor(): JobExecutor {
    return {
      execute: (_author, offer, report, signal) =>
        new Promise((resolve) => {
          const print = (text: string): void => {
            const output: CellOutput = { output_type: "stream", name: "stdout", text };
            report.outputs([output]);
          };
          const end = (): void => resolve({ status: "executed", end: { status: "ok" } });
          // As a kernel that keeps its values ends when it is told to stop.
          const stop = (): void => resolve({ status: "executed", end: { status: "interrupted", stateLost: false } });
          signal.addEventListener("abort", stop);
          this.executions.push({ offer, print, end });
        }),
      release: () => undefined,
      onLost: () => () => undefined,
    };
  }
}
