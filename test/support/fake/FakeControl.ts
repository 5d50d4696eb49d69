import type { PeerId, RunId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import type { JobLease } from "#shared/jobs/jobLease.ts";
import type { EndedEntry } from "#shared/session/control/EndedRuns.ts";
import type {
  AgentKernelView,
  ExecutionControl,
  KernelView,
  QueueEntry,
} from "#shared/session/control/ExecutionControl.ts";

/** A queue that the test sets by hand; it remembers what was asked of it. */
export class FakeControl implements ExecutionControl {
  readonly queue = new Value<readonly QueueEntry[]>([]);
  readonly kernels = new Value<readonly KernelView[]>([]);
  readonly agentKernels = new Value<readonly AgentKernelView[]>([]);
  readonly ended = new Value<readonly EndedEntry[]>([]);
  readonly leases = new Map<RunId, JobLease>();
  readonly asked: string[] = [];

  lease(run: RunId): JobLease | undefined {
    return this.leases.get(run);
  }

  retry(run: RunId): void {
    this.asked.push(`retry ${run}`);
    this.ended.update((entries) => entries.filter((entry) => entry.run !== run));
  }

  clearEnded(): void {
    this.ended.set([]);
  }

  cancel(run: RunId): void {
    this.asked.push(`cancel ${run}`);
    this.queue.update((entries) => entries.filter((entry) => entry.run !== run));
  }

  move(run: RunId, offset: -1 | 1): void {
    this.asked.push(`move ${run} ${offset}`);
  }

  moveTo(run: RunId, agent: PeerId | undefined): void {
    this.asked.push(`move ${run} to ${agent ?? "any"}`);
  }

  restart(kernel?: number | PeerId): void {
    this.asked.push(`restart ${kernel ?? "all"}`);
  }
}
