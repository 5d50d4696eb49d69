// The model of the job protocol: its pure machines alone, joined by a network that loses, repeats and reorders, while agents
// crash and stand still, cables are cut, and time passes. No promises, no seals: thousands of lives a minute.
// At every instant: (1) a job ends at most once; (2) at most one of its attempts lives at its submitter, with a higher number
// than those before, and what counts at the end is all output of that one; (3) an agent starts an attempt once in a life,
// and no two attempts of a job at once. At the end, when the network has healed: (4) every job has ended, and nobody has
// anything left of it: nothing is stuck.

import type { PeerId, RunId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { isJobRequest } from "#shared/jobs/agentMachine.ts";
import { HEARTBEAT } from "#shared/jobs/jobMessage.ts";
import { peerOf, runOf } from "../../jobs/messages.ts";
import { ModelAgent, type ModelPlan } from "./ModelAgent.ts";
import { NO_FAULTS, type Letter, type NetworkFaults, type Said } from "./modelNetwork.ts";
import { ModelRequester } from "./ModelRequester.ts";

export type ProtocolCommand =
  | { readonly do: "submit"; readonly who: number; readonly plan: ModelPlan }
  | { readonly do: "cancel"; readonly nth: number }
  | { readonly do: "crash" | "freeze" | "thaw" | "cut-agent" | "mend-agent"; readonly who: number }
  | { readonly do: "cut-submitter" | "mend-submitter"; readonly who: number }
  | { readonly do: "faults"; readonly faults: NetworkFaults }
  | { readonly do: "pass"; readonly time: number };

export const SUBMITTERS = 2;
export const AGENTS = 2;
/** After everything was mended all leases, pauses, repetitions and the work itself are over by then. */
const SETTLE: Milliseconds = ms(200_000);
/** More steps than any life takes: a machine that rings without end at one instant stands still as well. */
const MOST_STEPS = 1_000_000;

/** One life of submitters and agents. Throws at the first thing that is not as it must be. */
export function expectSoundProtocol(seed: number, commands: readonly ProtocolCommand[]): void {
  const world = new ProtocolWorld(seed);
  for (const command of commands) world.perform(command);
  world.heal();
  world.pass(SETTLE);
  world.checkEnd();
}

class ProtocolWorld {
  readonly #agents: readonly ModelAgent[];
  readonly #submitters: readonly ModelRequester[];
  readonly #submitted: { readonly by: ModelRequester; readonly job: RunId }[] = [];
  readonly #random: () => number;
  #letters: Letter[] = [];
  #faults = NO_FAULTS;
  #at: Milliseconds = ms(0);
  #nextBeat: number = HEARTBEAT;
  #steps = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const say = (from: PeerId, to: PeerId, message: Said): void => this.#send(from, to, message);
    this.#agents = Array.from({ length: AGENTS }, (_, n) => new ModelAgent(peerOf("abc"[n]!), n + 1, say));
    this.#submitters = Array.from(
      { length: SUBMITTERS },
      (_, n) => new ModelRequester(peerOf("yz"[n]!), seed + n, say),
    );
    this.#announce();
    this.pass(ms(10));
  }

  perform(command: ProtocolCommand): void {
    switch (command.do) {
      case "submit": {
        const by = this.#submitters[command.who % SUBMITTERS]!;
        const job = runOf(`job-${this.#submitted.length}`);
        this.#submitted.push({ by, job });
        by.submit(job, command.plan, this.#at);
        return;
      }
      case "cancel": {
        const one = this.#submitted.at(-1 - (command.nth % Math.max(1, this.#submitted.length)));
        one?.by.cancel(one.job, this.#at);
        return;
      }
      case "pass":
        this.pass(ms(command.time));
        return;
      case "faults":
        this.#faults = command.faults;
        return;
      case "cut-submitter":
      case "mend-submitter":
        this.#connect(this.#submitters[command.who % SUBMITTERS]!, command.do === "mend-submitter");
        return;
      case "crash":
      case "freeze":
      case "thaw":
      case "cut-agent":
      case "mend-agent":
        this.#happenTo(this.#agents[command.who % AGENTS]!, command.do);
    }
  }

  heal(): void {
    this.#faults = NO_FAULTS;
    for (const agent of this.#agents) Object.assign(agent, { frozen: false, cut: false });
    for (const submitter of this.#submitters) this.#connect(submitter, true);
    this.#announce();
  }

  pass(duration: Milliseconds): void {
    const until = this.#at + duration;
    for (;;) {
      const awake = this.#agents.filter(({ frozen }) => !frozen);
      const times = [...awake, ...this.#submitters].map(({ next }) => next);
      const due = this.#letters.map(({ at }) => at);
      const next = Math.max(this.#at, Math.min(this.#nextBeat, ...times, ...due));
      if (next > until) break;
      this.#at = ms(next);
      if ((this.#steps += 1) > MOST_STEPS) throw new Error(`time stands still at ${next}`);
      this.#happen(awake);
    }
    this.#at = ms(until);
  }

  checkEnd(): void {
    const open = this.#submitted.filter(({ by, job }) => by.jobs.get(job)?.ends.length !== 1);
    if (open.length > 0) throw new Error(`never ended: ${open.map(({ job }) => job).join()}`);
    for (const { peer, open: left } of this.#submitters)
      if (left > 0) throw new Error(`${peer} still has ${left} jobs`);
    for (const { peer, state } of this.#agents) {
      const kept = [...state.jobs.values()].map(({ job, attempt, stage }) => `${job} ${attempt} ${stage.name}`);
      if (kept.length > 0) throw new Error(`${peer} still has ${kept.join()}`);
    }
  }

  #happen(awake: readonly ModelAgent[]): void {
    const due = this.#letters.filter(({ at }) => at <= this.#at);
    this.#letters = this.#letters.filter(({ at }) => at > this.#at);
    for (const letter of due) this.#deliver(letter);
    for (const one of [...awake, ...this.#submitters]) if (one.next <= this.#at) one.passTime(this.#at);
    if (this.#nextBeat > this.#at) return;
    this.#nextBeat = this.#at + HEARTBEAT;
    for (const { peer, heartbeat } of awake) {
      if (heartbeat.jobs.length === 0) continue;
      for (const submitter of this.#submitters) this.#send(peer, submitter.peer, heartbeat);
    }
    // Free slots are shown about as often.
    this.#announce();
  }

  #happenTo(agent: ModelAgent, what: "crash" | "freeze" | "thaw" | "cut-agent" | "mend-agent"): void {
    if (what === "crash") agent.begin(this.#at);
    else if (what === "freeze" || what === "thaw") agent.frozen = what === "freeze";
    else agent.cut = what === "cut-agent";
    this.#announce();
    // An agent that was away is told anew who is here.
    if (!agent.cut) for (const { peer, cut } of this.#submitters) this.#see(agent, peer, !cut);
  }

  #connect(submitter: ModelRequester, online: boolean): void {
    submitter.cut = !online;
    if (submitter.online !== online) submitter.connect(online, this.#at);
    for (const agent of this.#agents) if (!agent.cut) this.#see(agent, submitter.peer, online);
    this.#announce();
  }

  #see(agent: ModelAgent, requester: PeerId, here: boolean): void {
    agent.step({ type: here ? "requester-seen" : "requester-gone", requester, at: this.#at });
  }

  /** Who is there is retained by the broker: it comes late, but comes. */
  #announce(): void {
    for (const { peer } of this.#submitters) this.#post(peer, peer, { type: "presence" });
  }

  #send(from: PeerId, to: PeerId, message: Said): void {
    const { lost, repeated } = this.#faults;
    if (this.#memberOf(from).cut || this.#random() < lost) return;
    this.#post(from, to, message);
    if (this.#random() < repeated) this.#post(from, to, message);
  }

  #post(from: PeerId, to: PeerId, message: Said): void {
    const at = this.#at + this.#random() * this.#faults.delay;
    const [sender, receiver] = [this.#memberOf(from), this.#memberOf(to)];
    // It is sealed for the life that its sender knows.
    const toLife = sender instanceof ModelRequester ? (sender.lifeOf(to) ?? receiver.life) : receiver.life;
    this.#letters.push({ at, from, fromLife: sender.life, to, toLife, message });
  }

  #deliver({ from, fromLife, to, toLife, message }: Letter): void {
    const receiver = this.#memberOf(to);
    if (receiver.cut) return;
    if (message.type === "presence") {
      if (receiver instanceof ModelRequester) receiver.meet(this.#agents, this.#at);
      return;
    }
    if (receiver instanceof ModelRequester) {
      // What an older life said is refused.
      if (fromLife >= (receiver.lifeOf(from) ?? 0)) receiver.hear(from, fromLife, message, this.#at);
      return;
    }
    if (receiver.frozen) this.#letters.push({ at: this.#at + 100, from, fromLife, to, toLife, message });
    else if (toLife === receiver.life && message.type !== "heartbeat" && isJobRequest(message)) {
      receiver.hear(from, message, this.#at);
    }
  }

  #memberOf(peer: PeerId): ModelAgent | ModelRequester {
    return [...this.#agents, ...this.#submitters].find((one) => one.peer === peer)!;
  }
}
