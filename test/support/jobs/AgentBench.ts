// The agent's machine on a bench: what a test of it says and sees.

import { KernelId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { nextAgentTime, stepAgent, type AgentEvent, type JobRequest } from "#shared/jobs/agentMachine.ts";
import { createShares } from "#shared/jobs/agentShares.ts";
import { createAgent, type AgentState } from "#shared/jobs/agentState.ts";
import { jobKey, type JobKey } from "#shared/jobs/jobKey.ts";
import type { AgentEnd, AgentMessage } from "#shared/jobs/jobMessage.ts";
import { peerOf, runOf } from "./messages.ts";

export const [a, b] = [peerOf("a"), peerOf("b")];
export const job = runOf("job-1");
export const key = jobKey(a, job);
export const ok: AgentEnd = { status: "executed", end: { status: "ok" } };

type Happening = AgentEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

/** An agent in a test: events go in at a time, effects come out as short texts. */
export class AgentBench {
  state: AgentState;
  now = 0;
  /** What a later life would know. */
  readonly kept = new Set<JobKey>();

  constructor(slots = 1, ahead = false) {
    this.state = createAgent(slots, createShares(), ahead);
  }

  does(event: Happening, after = 0): readonly string[] {
    this.now += after;
    const step = stepAgent(this.state, { ...event, at: ms(this.now) });
    this.state = step.state;
    return step.effects.flatMap((effect) => {
      if (effect.type === "start-execution") return `start ${effect.offer.job}`;
      if (effect.type === "give-ahead") return `give ${effect.offer.job}`;
      if (effect.type === "keep-end" || effect.type === "forget-end") {
        if (effect.type === "keep-end") this.kept.add(effect.key);
        else this.kept.delete(effect.key);
        return [];
      }
      if (effect.type === "stop-execution") return `stop ${effect.key.split(" ")[1] ?? ""}`;
      if (effect.type === "answer-question")
        return effect.text === undefined ? `refuse: ${effect.why}` : `answer ${effect.text}`;
      const { message, to } = effect;
      const detail =
        message.type === "chunk" ? ` ${message.n}` : message.type === "ack" ? ` ${message.state}` : questionOf(message);
      return `${message.type}${detail}${to === a ? "" : " to b"}`;
    });
  }

  hears(message: JobRequest, from = a): readonly string[] {
    return this.does({ type: "message-received", from, message });
  }

  prints(text: string, of = key): readonly string[] {
    return this.does({ type: "output-made", key: of, item: new TextEncoder().encode(text) });
  }

  ends(end: AgentEnd = ok, of = key): readonly string[] {
    return this.does({ type: "execution-ended", key: of, end });
  }

  waits(duration: number): readonly string[] {
    const until = this.now + duration;
    const seen: string[] = [];
    for (let next = nextAgentTime(this.state); next !== undefined && next <= until; next = nextAgentTime(this.state)) {
      this.now = Math.max(this.now, next);
      seen.push(...this.does({ type: "time-passed" }));
    }
    this.now = until;
    return seen;
  }
}

export const kernel = (name: string) => ({ kernel: KernelId.parse(name)! });

const questionOf = (message: AgentMessage): string =>
  message.type === "ask" ? ` ${message.question}${message.over ? " over" : ""}` : "";
