// The requester's machine on a bench: what a test of it says and sees.

import { ms } from "#shared/base/units.ts";
import type { AgentMessage } from "#shared/jobs/jobMessage.ts";
import {
  createRequester,
  nextRequesterTime,
  stepRequester,
  type RequesterEvent,
  type RequesterState,
} from "#shared/jobs/requesterMachine.ts";
import { at, offerOf, peerOf, runOf } from "./messages.ts";

export const agent = peerOf("a");
export const other = peerOf("b");
export const job = runOf("job-1");
export const offer = offerOf("job-1");

type Happening = RequesterEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

/** A requester in a test: events go in at a time, effects come out as short texts. */
export class RequesterBench {
  state: RequesterState = createRequester(at(0));
  now = 0;

  does(event: Happening, after = 0): readonly string[] {
    this.now += after;
    const step = stepRequester(this.state, { ...event, at: ms(this.now) });
    this.state = step.state;
    return step.effects.map((effect) => {
      if (effect.type === "send") return `${effect.message.type}${effect.to === agent ? "" : " to another"}`;
      if (effect.type === "report-output") return `output ${new TextDecoder().decode(effect.item)}`;
      if (effect.type === "report-state") return `taken ${effect.state}`;
      if (effect.type === "report-question") return `question ${effect.question?.prompt ?? "over"}`;
      return `end ${effect.end.status}`;
    });
  }

  hears(message: AgentMessage, from = agent): readonly string[] {
    return this.does({ type: "message-received", from, message });
  }

  beats(chunks = 0, from = agent): readonly string[] {
    return this.does({ type: "heartbeat-received", from, jobs: [{ job, chunks }] });
  }

  /** Lets time pass as a session would: a tick whenever the machine asked for one. */
  waits(duration: number): readonly string[] {
    const until = this.now + duration;
    const seen: string[] = [];
    for (let next = nextRequesterTime(this.state); next !== undefined && next <= until;) {
      this.now = Math.max(this.now, next);
      seen.push(...this.does({ type: "time-passed" }));
      next = nextRequesterTime(this.state);
    }
    this.now = until;
    return seen;
  }
}

export const request = { type: "requested", job, agent, offer } as const;
export const seen = { type: "agent-seen", agent, incarnation: 1 } as const;
export const gone = (final: boolean) => ({ type: "agent-gone", agent, final }) as const;
export const ack: AgentMessage = { type: "ack", job, attempt: 1, state: "running" };
export const done = (chunks = 0): AgentMessage => ({
  type: "done",
  job,
  attempt: 1,
  chunks,
  end: { status: "executed", end: { status: "ok" } },
});
export const chunk = (n: number, text = `${n}`): AgentMessage => ({
  type: "chunk",
  job,
  attempt: 1,
  n,
  last: true,
  data: new TextEncoder().encode(text),
});

export function connected(): RequesterBench {
  const bench = new RequesterBench();
  bench.does({ type: "went-online" });
  bench.does(seen);
  return bench;
}

export function offered(): RequesterBench {
  const bench = connected();
  bench.does(request);
  return bench;
}

export function running(): RequesterBench {
  const bench = offered();
  bench.hears(ack);
  return bench;
}

/** Executes for a while with a heartbeat each second. */
export function beating(bench: RequesterBench, count: number): readonly string[] {
  const seenEffects: string[] = [];
  for (let n = 0; n < count; n++) seenEffects.push(...bench.waits(1_000), ...bench.beats());
  return seenEffects;
}
