// A question of an execution to a person at its requester (Python's `input()`), as the agent sees it: it is asked again until
// it is answered, and it does not stay open for ever, because whoever waits holds a slot.

import { ms, seconds, type Milliseconds } from "../base/units.ts";
import type { AgentJob, AgentJobStep, OpenQuestion } from "./agentJob.ts";
import type { AskMessage } from "./jobMessage.ts";

/** A person may take this long: to read and think, not to have lunch. A slot, of which an agent has few, waits for it. */
export const ANSWER_TIME: Milliseconds = seconds(600);
/** Whoever asked is gone: a page that is reloaded is back sooner. */
export const ASKER_PATIENCE: Milliseconds = seconds(10);
/** How long after it was asked it is asked again: messages may be lost. */
const ASK_AGAIN: Milliseconds = seconds(2);

/** An execution asks. One question at a time: a second one replaces the first. */
export function openQuestion(
  job: AgentJob,
  { prompt, secret }: Pick<OpenQuestion, "prompt" | "secret">,
  { at, here }: { readonly at: Milliseconds; readonly here: boolean },
): AgentJobStep {
  const asked = (job.asked ?? 0) + 1;
  const times = { until: ms(at + ANSWER_TIME), nextAsk: at, leaveAt: here ? undefined : ms(at + ASKER_PATIENCE) };
  const next: AgentJob = { ...job, asked, question: { number: asked, prompt, secret, ...times } };
  return here ? sayQuestion(next, at) : { job: next, messages: [] };
}

/** Asks, again; nothing if no question is open. */
export function sayQuestion(job: AgentJob, at: Milliseconds): AgentJobStep {
  const { question } = job;
  if (question === undefined) return { job, messages: [] };
  const { number, prompt, secret } = question;
  const ask: AskMessage = { type: "ask", job: job.job, attempt: job.attempt, question: number, prompt, secret };
  return { job: { ...job, question: { ...question, nextAsk: ms(at + ASK_AGAIN) } }, messages: [ask] };
}

export const closeQuestion = (job: AgentJob): AgentJob => ({ ...job, question: undefined });

/** Whoever shows the question is to take it away. */
export const sayOver = ({ job, attempt, asked = 0 }: AgentJob): AskMessage => ({
  ...{ type: "ask", job, attempt, question: asked, prompt: "", secret: false, over: true },
});

/** The requester came, or left. */
export function noteAsker(job: AgentJob, here: boolean, at: Milliseconds): AgentJob {
  const { question } = job;
  if (question === undefined) return job;
  return {
    ...job,
    question: { ...question, leaveAt: here ? undefined : (question.leaveAt ?? ms(at + ASKER_PATIENCE)) },
  };
}

/** Why the question is given up now, for people; undefined if it is not. */
export function givenUp({ question }: AgentJob, at: Milliseconds): string | undefined {
  if (question === undefined) return undefined;
  if (question.leaveAt !== undefined && at >= question.leaveAt)
    return "whoever ran the cell has left, and cannot answer";
  return at >= question.until ? `nobody answered within ${ANSWER_TIME / 60_000} minutes` : undefined;
}

/** When time alone changes something about it. */
export function questionTime({ question }: AgentJob, here: boolean): Milliseconds {
  if (question === undefined) return ms(Infinity);
  return ms(Math.min(question.until, question.leaveAt ?? Infinity, here ? question.nextAsk : Infinity));
}
