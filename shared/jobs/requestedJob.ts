// One job as its requester sees it: how each thing that may happen changes it. See requesterMachine.ts for the rules.

import type { PeerId, RunId } from "../base/ids.ts";
import { ms, seconds, type Milliseconds } from "../base/units.ts";
import type {
  AgentMessage,
  AskMessage,
  ChunkMessage,
  JobEnd,
  OfferMessage,
  OfAttempt,
  RequesterMessage,
} from "./jobMessage.ts";
import { addChunk, EMPTY_LOG, GOT_EVERY, knowMade, type ReceivedLog } from "./outputLog.ts";

/** A running job of which nothing was heard for this long is lost. Three heartbeats and a half: three may be dropped. */
export const LEASE: Milliseconds = ms(3_500);
/** After this long without a word the agent is asked, once a second. */
const PROBE_AFTER: Milliseconds = ms(2_000);
const PROBE_EVERY: Milliseconds = ms(1_000);
/** A connection that breaks is often back within a second; only then the job is given up. */
export const GONE_PATIENCE: Milliseconds = ms(1_000);
/** After our own reconnect the agent may still be waiting for its next try. */
const RECONNECT_GRACE: Milliseconds = ms(3_000);
/** First repetition of an unanswered offer; each further one waits twice as long. */
const ASK_REPEAT: Milliseconds = ms(500);
/** An agent that is there answers within a turn. One that does not by now does not understand us, or refuses us. */
const ASK_LIMIT: Milliseconds = seconds(5);
const CANCEL_REPEAT: Milliseconds = ms(500);
/** After this the job is stopped for us, whatever the agent does. It is told again when it is heard. */
const CANCEL_LIMIT: Milliseconds = ms(3_000);
/** One loss makes many chunks arrive early: they ask for the missing one only once in this time. */
const NEED_EVERY: Milliseconds = ms(250);

export interface RequestedJob {
  readonly job: RunId;
  readonly agent: PeerId;
  /** Undefined for a job that an earlier life of this device offered. */
  readonly offer: OfferMessage | undefined;
  /** Which try of the job this is; undefined for one that was taken up, until its agent says it. */
  readonly attempt: number | undefined;
  /** Another agent can do it as well: it is given back at once where one for this agent alone would wait. */
  readonly movable: boolean;
  /** `waiting`: for the agent or the network. `asked`: the agent did not answer yet. `running`: the agent has it. */
  readonly stage: "waiting" | "asked" | "running";
  /** The agent's life that was asked; what it has ends with that life. */
  readonly incarnation: number | undefined;
  /** The agent's life that an earlier life of this device offered it to: another is asked only what it knows. */
  readonly offeredTo: number | undefined;
  /** The life that was asked is over. The next one may know how the job ended; if it does not, nobody does. */
  readonly restarted: boolean;
  /** It was heard to execute: it is not given back any more. */
  readonly executing: boolean;
  /** When to ask, ask again, or probe. */
  readonly nextAsk: Milliseconds;
  readonly asks: number;
  /** When the agent was last heard to have it; undefined until it was. */
  readonly heard: Milliseconds | undefined;
  /** When to give up in this stage, unless we are offline. Undefined: an agent that is there makes it wait. */
  readonly deadline: Milliseconds | undefined;
  /** The deadline was put off because we ourselves stood still; once only, until something is heard again. */
  readonly spared: boolean;
  readonly cancel: { readonly nextSend: Milliseconds; readonly giveUp: Milliseconds } | undefined;
  readonly log: ReceivedLog;
  /** What the agent was last told that we got. */
  readonly acknowledged: number;
  readonly lastNeed: Milliseconds | undefined;
  /** `log.next` at the last heartbeat: chunks on their way are not yet missing. */
  readonly nextAtHeartbeat: number;
  /** The last question of the attempt; answered once `answer` is there, whose text is undefined for a refusal. */
  readonly question?: { readonly number: number; readonly answer?: { readonly text: string | undefined } };
  /** How it ended, while chunks are still missing. */
  readonly end: JobEnd | undefined;
}

export type RequesterEffect =
  | { readonly type: "send"; readonly to: PeerId; readonly message: RequesterMessage }
  /** One item of output: the JSON text of an array of outputs, from the agent and therefore hostile. */
  | { readonly type: "report-output"; readonly job: RunId; readonly item: Uint8Array }
  /** The agent has it: it waits there, or executes. */
  | { readonly type: "report-state"; readonly job: RunId; readonly state: "queued" | "running" }
  /** The execution asks for a line of text; undefined: not any more. */
  | { readonly type: "report-question"; readonly job: RunId; readonly question: JobQuestion | undefined }
  | { readonly type: "report-end"; readonly job: RunId; readonly end: AttemptEnd };

export type JobQuestion = Pick<AskMessage, "prompt" | "secret">;

/** `busy`: a movable job that the agent does not take now. */
export type AttemptEnd = JobEnd | { readonly status: "busy"; readonly retry: Milliseconds };

/** The job afterwards, undefined once it ended, and what to do. */
export interface JobStep {
  readonly job: RequestedJob | undefined;
  readonly effects: readonly RequesterEffect[];
}

/** What is true around a job when something happens to it. */
export interface Moment {
  readonly at: Milliseconds;
  readonly online: boolean;
  /** The agent's life, if it is there. */
  readonly agent: number | undefined;
}

const later = (moment: Moment, ...lengths: readonly Milliseconds[]): Milliseconds =>
  ms(lengths.reduce<number>((sum, length) => sum + length, moment.at));
const stay = (job: RequestedJob): JobStep => ({ job, effects: [] });
const reachable = (moment: Moment): boolean => moment.online && moment.agent !== undefined;

function send(job: RequestedJob, ...messages: readonly RequesterMessage[]): JobStep {
  return { job, effects: messages.map((message) => ({ type: "send", to: job.agent, message })) };
}

function endWith(job: RequestedJob, end: AttemptEnd, ...messages: readonly RequesterMessage[]): JobStep {
  const report: RequesterEffect = { type: "report-end", job: job.job, end };
  return { job: undefined, effects: [report, ...send(job, ...messages).effects] };
}

const of = ({ job, attempt }: RequestedJob): OfAttempt => ({ job, attempt });
const RESTARTED = "the agent was restarted";
const interrupted = (message: string): JobEnd => ({ status: "interrupted", message });

export function requestJob(
  { job, agent, offer, movable, offeredTo }: Pick<RequestedJob, "job" | "agent" | "offer" | "movable" | "offeredTo">,
  moment: Moment,
): JobStep {
  const created: RequestedJob = {
    ...{ job, agent, offer, movable, offeredTo, attempt: offer?.attempt },
    ...{ stage: "waiting", incarnation: undefined, restarted: false, executing: false },
    ...{ nextAsk: moment.at, asks: 0, deadline: later(moment, LEASE), spared: false, heard: undefined },
    ...{ cancel: undefined, log: EMPTY_LOG, acknowledged: 0, lastNeed: undefined, nextAtHeartbeat: 0, end: undefined },
  };
  return askIfPossible(created, moment);
}

function askIfPossible(job: RequestedJob, moment: Moment): JobStep {
  if (job.stage !== "waiting" || !reachable(moment) || moment.at < job.nextAsk) return stay(job);
  if (job.offeredTo !== undefined && job.offeredTo !== moment.agent) {
    return need(running({ ...job, incarnation: moment.agent, restarted: true }, moment), moment);
  }
  return ask(
    { ...job, stage: "asked", incarnation: moment.agent, asks: 0, deadline: later(moment, ASK_LIMIT) },
    moment,
  );
}

/** An adopted job is asked for by what is missing of it. */
function ask(job: RequestedJob, moment: Moment): JobStep {
  const wait = ms(ASK_REPEAT * 2 ** Math.min(job.asks, 4));
  const asked = { ...job, asks: job.asks + 1, nextAsk: later(moment, wait) };
  return send(asked, job.offer ?? { type: "need", ...of(job), from: job.log.next });
}

/** The agent was heard to have the job: its lease is renewed. */
function running(job: RequestedJob, moment: Moment): RequestedJob {
  const times = {
    deadline: later(moment, LEASE),
    nextAsk: later(moment, PROBE_AFTER),
    heard: moment.at,
    spared: false,
  };
  return { ...job, stage: "running", incarnation: job.incarnation ?? moment.agent, ...times };
}

/** The agent says something about the job. */
export function hearMessage(before: RequestedJob, message: AgentMessage, moment: Moment): JobStep {
  // What an earlier try of this job says, or one by somebody who lost the right to it, does not count.
  if (message.attempt !== undefined && message.attempt !== (before.attempt ?? message.attempt)) return stay(before);
  const job = { ...before, attempt: before.attempt ?? message.attempt };
  switch (message.type) {
    case "busy":
      if (job.stage === "waiting" || job.executing || job.offer === undefined) return stay(job);
      if (job.movable) return endWith(job, { status: "busy", retry: message.retry });
      return stay({ ...job, stage: "waiting", nextAsk: later(moment, message.retry), deadline: undefined });
    case "unknown":
      if (job.stage === "asked" && job.offer !== undefined) return stay(job);
      return endWith(job, interrupted(job.restarted ? RESTARTED : "the agent does not know this run any more"));
    case "ack": {
      const report: RequesterEffect = { type: "report-state", job: job.job, state: message.state };
      const executing = job.executing || message.state === "running";
      return { job: { ...running(job, moment), executing }, effects: [report] };
    }
    case "chunk":
      return hearChunk({ ...running(job, moment), executing: true }, message, moment);
    case "ask":
      return hearQuestion({ ...running(job, moment), executing: true }, message);
    case "done": {
      const log = knowMade(job.log, message.chunks);
      return finishOrNeed({ ...running(job, moment), log, end: message.end }, moment);
    }
  }
}

/** Reported once, however often it is asked; whoever answered it already answers again. */
function hearQuestion(job: RequestedJob, { question: number, prompt, secret, over }: AskMessage): JobStep {
  const known = job.question;
  if (known !== undefined && number < known.number) return stay(job);
  const report = (question: JobQuestion | undefined): RequesterEffect => ({
    ...{ type: "report-question", job: job.job, question },
  });
  if (over) {
    const open = known !== undefined && known.answer === undefined;
    return {
      job: { ...job, question: { number, answer: { text: undefined } } },
      effects: open ? [report(undefined)] : [],
    };
  }
  if (known?.number !== number) return { job: { ...job, question: { number } }, effects: [report({ prompt, secret })] };
  return known.answer === undefined ? stay(job) : sayAnswer(job, number, known.answer.text);
}

const sayAnswer = (job: RequestedJob, question: number, text: string | undefined): JobStep =>
  send(job, { type: "answer", ...of(job), question, ...(text === undefined ? {} : { text }) });

/** The user answers what is asked; undefined refuses. */
export function answerJob(job: RequestedJob, text: string | undefined): JobStep {
  const { question } = job;
  if (question === undefined || question.answer !== undefined) return stay(job);
  return sayAnswer({ ...job, question: { ...question, answer: { text } } }, question.number, text);
}

/** A heartbeat of the agent lists the job. */
export function hearHeartbeat(job: RequestedJob, chunks: number, moment: Moment): JobStep {
  const { next } = job.log;
  const heard = { ...running(job, moment), log: knowMade(job.log, chunks), nextAtHeartbeat: next };
  return next === job.nextAtHeartbeat ? finishOrNeed(heard, moment) : stay(heard);
}

function hearChunk(job: RequestedJob, message: ChunkMessage, moment: Moment): JobStep {
  const { log, items, tooLarge } = addChunk(job.log, message.n, message);
  if (tooLarge) {
    // It is stopped, and its kernel with it.
    const message = "the agent sent more output than is allowed";
    const end: JobEnd = { status: "failed", code: "kernel-lost", message };
    return endWith(job, end, { type: "cancel", ...of(job) });
  }
  const reports = items.map((item): RequesterEffect => ({ type: "report-output", job: job.job, item }));
  const told = acknowledge({ ...job, log });
  const next = told.job === undefined ? told : finishOrNeed(told.job, moment);
  return { job: next.job, effects: [...reports, ...told.effects, ...next.effects] };
}

function acknowledge(job: RequestedJob): JobStep {
  const { next } = job.log;
  if (next - job.acknowledged < GOT_EVERY) return stay(job);
  return send({ ...job, acknowledged: next }, { type: "got", ...of(job), next });
}

/** Ends the job if it ended and all of it is here; asks for what is known to be missing. */
function finishOrNeed(job: RequestedJob, moment: Moment): JobStep {
  const { next, made } = job.log;
  if (job.end !== undefined && next >= made) return endWith(job, job.end, { type: "rcv", ...of(job) });
  const asked = job.lastNeed !== undefined && moment.at - job.lastNeed < NEED_EVERY;
  return next >= made || asked ? stay(job) : need(job, moment);
}

function need(job: RequestedJob, moment: Moment): JobStep {
  const { next } = job.log;
  const asking = { ...job, acknowledged: next, lastNeed: moment.at };
  return send(asking, { type: "need", ...of(job), from: next });
}

/** The agent came, came back, or lives a new life. */
export function agentSeen(job: RequestedJob, incarnation: number, moment: Moment): JobStep {
  if (job.stage === "waiting") return askIfPossible({ ...job, deadline: undefined }, moment);
  // Never offered again: what the life before did of it is not known. It may have left the end on its disk.
  if (job.incarnation !== incarnation) return need(running({ ...job, incarnation, restarted: true }, moment), moment);
  if (job.stage === "asked") return ask({ ...job, deadline: later(moment, ASK_LIMIT) }, moment);
  return need(running(job, moment), moment);
}

/** The agent left, or its connection broke. */
export function agentGone(job: RequestedJob, final: boolean, moment: Moment): JobStep {
  if (job.stage === "waiting") return stay({ ...job, deadline: later(moment, LEASE) });
  if (final) return endWith(job, interrupted("the agent left"));
  // Another agent starts it now. Should this one be back and finish first, it is told to stop.
  if (job.movable) return endWith(job, interrupted("the connection to the agent broke"));
  return stay({ ...job, deadline: later(moment, GONE_PATIENCE) });
}

/** We are connected again; until now no deadline counted. */
export function cameOnline(job: RequestedJob, moment: Moment): JobStep {
  const waiting = { ...job, deadline: later(moment, LEASE, RECONNECT_GRACE) };
  if (job.stage === "waiting") return askIfPossible(waiting, moment);
  if (!reachable(moment)) return stay(waiting);
  return job.stage === "asked" ? ask(waiting, moment) : need(waiting, moment);
}

/** The user wants it stopped. A job that no agent was asked for ends at once. */
export function cancelJob(job: RequestedJob, moment: Moment): JobStep {
  if (job.cancel !== undefined) return stay(job);
  if (job.stage === "waiting" && job.offer !== undefined && job.incarnation === undefined) {
    return endWith(job, { status: "cancelled" });
  }
  if (job.movable && !reachable(moment)) return endWith(job, { status: "cancelled" });
  const cancel = { nextSend: later(moment, CANCEL_REPEAT), giveUp: later(moment, CANCEL_LIMIT) };
  return send({ ...job, cancel }, { type: "cancel", ...of(job) });
}

/** The agent is to give it back if it has not started. */
export function recallJob(job: RequestedJob): JobStep {
  return job.cancel === undefined && job.stage === "running" ? send(job, { type: "recall", ...of(job) }) : stay(job);
}

export function abandon(job: RequestedJob, message: string): JobStep {
  return endWith(job, interrupted(message));
}

/** We stood still (a sleeping laptop, a throttled tab): what was sent to us meanwhile is still to be read. */
export function spare(job: RequestedJob, until: Milliseconds): RequestedJob {
  if (job.spared || job.deadline === undefined || job.deadline >= until) return job;
  return { ...job, deadline: until, spared: true };
}

export function passTime(job: RequestedJob, moment: Moment): JobStep {
  const { at, online } = moment;
  if (job.cancel !== undefined && at >= job.cancel.giveUp) {
    return endWith(job, { status: "executed", end: { status: "interrupted", stateLost: true } });
  }
  if (job.cancel !== undefined && at >= job.cancel.nextSend) {
    const cancel = { ...job.cancel, nextSend: later(moment, CANCEL_REPEAT) };
    return send({ ...job, cancel }, { type: "cancel", ...of(job) });
  }
  if (!online) return stay(job);
  if (job.deadline !== undefined && at >= job.deadline) return giveUp(job);
  if (job.stage === "waiting") return askIfPossible(job, moment);
  if (at < job.nextAsk || !reachable(moment)) return stay(job);
  if (job.stage === "asked") return ask(job, moment);
  return need({ ...job, nextAsk: later(moment, PROBE_EVERY) }, moment);
}

function giveUp(job: RequestedJob): JobStep {
  switch (job.stage) {
    case "waiting":
      if (job.offer === undefined || job.offeredTo !== undefined) {
        return endWith(job, interrupted("the agent is not there any more"));
      }
      return endWith(job, { status: "failed", code: "agent-absent", message: "the agent is not there" });
    case "asked":
      if (job.offer === undefined) return endWith(job, interrupted("the agent does not answer"));
      // Should it have the offer after all, it is not to execute what is said not to have run.
      return endWith(
        job,
        { status: "failed", code: "no-answer", message: "the agent does not answer" },
        { type: "cancel", ...of(job) },
      );
    case "running":
      if (job.restarted) return endWith(job, interrupted(RESTARTED));
      return endWith(job, interrupted("the agent fell silent"), { type: "cancel", ...of(job) });
  }
}

/** The instants at which time alone may change the job. */
export function nextChange(job: RequestedJob, online: boolean): readonly Milliseconds[] {
  const times = job.cancel === undefined ? [] : [job.cancel.nextSend, job.cancel.giveUp];
  if (online) times.push(job.nextAsk);
  if (online && job.deadline !== undefined) times.push(job.deadline);
  return times;
}
