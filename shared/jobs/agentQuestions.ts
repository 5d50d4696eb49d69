// What executions ask people, at an agent: how each question ends. See agentMachine.ts, rule 9.

import type { PeerId } from "../base/ids.ts";
import type { Milliseconds } from "../base/units.ts";
import type { AgentJob, AgentJobStep } from "./agentJob.ts";
import {
  changeJobs,
  isAhead,
  same,
  toPeer,
  withJob,
  type AgentEffect,
  type AgentState,
  type AgentStep,
} from "./agentState.ts";
import type { AnswerMessage } from "./jobMessage.ts";
import { closeQuestion, givenUp, noteAsker, openQuestion, sayOver } from "./openQuestion.ts";

/** An execution asks its requester. */
export function ask(
  job: AgentJob,
  question: Parameters<typeof openQuestion>[1],
  moment: Parameters<typeof openQuestion>[2],
): AgentJobStep {
  const { stage } = job;
  // One that was given ahead and asks has begun: that the one before it has ended is heard in a moment.
  const executes = stage.name === "running" || isAhead(job);
  return executes && stage.name !== "finished" && !stage.stopping ? openQuestion(job, question, moment) : same(job);
}

/** The requester answers. */
export function answer(state: AgentState, job: AgentJob, { question, text }: AnswerMessage): AgentStep {
  if (job.stage.name !== "running") return { state, effects: [] };
  if (job.question?.number !== question) {
    return question > (job.asked ?? 0) ? { state, effects: [] } : { state, effects: [toPeer(job.from, sayOver(job))] };
  }
  const why = "whoever ran the cell did not answer";
  return {
    state: withJob(state, closeQuestion(job)),
    effects: [{ type: "answer-question", key: job.key, text, why }],
  };
}

/** A requester left: its questions are given up after a while. */
export function noteAskers(state: AgentState, requester: PeerId, at: Milliseconds): AgentStep {
  return changeJobs(state, (job) => same(job.from === requester ? noteAsker(job, false, at) : job));
}

/** Questions that were open for too long, or whose asker left. */
export function giveUpQuestions(before: AgentState, at: Milliseconds): AgentStep {
  let state = before;
  const effects: AgentEffect[] = [];
  for (const job of before.jobs.values()) {
    const why = givenUp(job, at);
    if (why === undefined) continue;
    state = withJob(state, closeQuestion(job));
    effects.push({ type: "answer-question", key: job.key, text: undefined, why });
    if (state.here.has(job.from)) effects.push(toPeer(job.from, sayOver(job)));
  }
  return { state, effects };
}
