// An agent's jobs never change: each version says for ever what it said at first, although only the newest has tables, and
// older ones are made from it when they are read again.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { AgentJobs } from "#shared/jobs/AgentJobs.ts";
import { acceptOffer, finishJob, type AgentJob, type AgentStage } from "#shared/jobs/agentJob.ts";
import { PLACES, type Place } from "#shared/jobs/JobTables.ts";
import { offerOf } from "../support/jobs/messages.ts";
import { checkProperty } from "../support/property.ts";

const PEERS = [PeerId.createPassing(), PeerId.createPassing()] as const;
const NAMES = ["job-1", "job-2", "job-3"] as const;

type Queued = AgentStage & { readonly name: "queued" };

const queued = (job: AgentJob, given: Queued["given"]): AgentJob =>
  job.stage.name === "queued" ? { ...job, stage: { ...job.stage, given } } : job;

function running(job: AgentJob): AgentJob {
  if (job.stage.name !== "queued") return job;
  const rest = { shared: undefined, lane: job.key, waited: undefined, since: ms(0), cost: ms(0) } as const;
  return { ...job, stage: { name: "running", kernel: job.stage.kernel, ...rest, stopping: false, replaced: false } };
}

const stages = {
  waiting: (job: AgentJob) => queued(job, "no"),
  returned: (job: AgentJob) => queued(job, "returned"),
  ahead: (job: AgentJob) => queued(job, "ahead"),
  running,
  finished: (job: AgentJob) => finishJob({ ...job, size: 7 }, { status: "cancelled" }, ms(1)),
} as const;
const placeOf = {
  waiting: "waiting",
  returned: "waiting",
  ahead: "ahead",
  running: "running",
  finished: "finished",
} as const;

const step = fc.record({
  /** Which version is changed: mostly the newest. */
  back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(8)),
  from: fc.constantFrom(...PEERS),
  name: fc.constantFrom(...NAMES),
  attempt: fc.integer({ min: 1, max: 2 }),
  to: fc.constantFrom("away" as const, "waiting", "returned", "ahead", "running", "finished"),
  /** How many versions back is looked at afterwards. */
  look: fc.nat(8),
});

/** What there is, by name and place. */
type Model = ReadonlyMap<string, { readonly job: AgentJob; readonly place: Place }>;

describe("an agent's jobs", () => {
  it("say of each version what it was, in whatever order versions are read and changed", async () => {
    await checkProperty(
      "agent jobs",
      300,
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) => {
        const versions: { readonly jobs: AgentJobs; readonly model: Model }[] = [
          { jobs: AgentJobs.of(), model: new Map() },
        ];
        for (const { back, from, name, attempt, to, look } of steps) {
          const { jobs, model } = versions.at(-1 - (back % versions.length))!;
          const blank = acceptOffer(from, offerOf(name, { attempt }), ms(0));
          const next = new Map(model);
          if (to === "away") {
            next.delete(blank.key);
            versions.push({ jobs: jobs.without(blank.key), model: next });
          } else {
            const job = stages[to](blank);
            next.set(blank.key, { job, place: placeOf[to] });
            versions.push({ jobs: jobs.with(job), model: next });
          }
          const seen = versions.at(-1 - (look % versions.length))!;
          expect(said(seen.jobs)).toEqual(expected(seen.model));
        }
        for (const { jobs, model } of versions) expect(said(jobs)).toEqual(expected(model));
        return Promise.resolve();
      }),
    );
  });
});

/** Everything that can be asked, without the order within a place, which a version read late does not keep. */
function said(jobs: AgentJobs): unknown {
  return {
    size: jobs.size,
    places: PLACES.map((place) => sorted(jobs.in(place))),
    counts: PLACES.map((place) => jobs.countIn(place)),
    ended: jobs.finishedSize,
    active: PEERS.map((peer) => [jobs.countOf(peer), jobs.requesters.includes(peer)]),
    waiting: PEERS.map((peer) => [jobs.hasWaiting(peer), jobs.othersWait(peer)]),
    attempts: PEERS.map((peer) => NAMES.map((name) => jobs.attemptsOf(peer, offerOf(name).job))),
  };
}

function expected(model: Model): unknown {
  const all = [...model.values()];
  const active = (peer: PeerId): number =>
    all.filter(({ job, place }) => job.from === peer && place !== "finished").length;
  const waits = (peer: PeerId): boolean => all.some(({ job, place }) => job.from === peer && place === "waiting");
  const attempts = (peer: PeerId, name: string): readonly AgentJob[] =>
    all
      .map(({ job }) => job)
      .filter((job) => job.from === peer && job.job === offerOf(name).job)
      .sort((one, other) => one.attempt - other.attempt);
  return {
    size: model.size,
    places: PLACES.map((place) => sorted(all.filter((one) => one.place === place).map(({ job }) => job))),
    counts: PLACES.map((place) => all.filter((one) => one.place === place).length),
    ended: 7 * all.filter(({ place }) => place === "finished").length,
    active: PEERS.map((peer) => [active(peer), active(peer) > 0]),
    waiting: PEERS.map((peer) => [waits(peer), PEERS.some((other) => other !== peer && waits(other))]),
    attempts: PEERS.map((peer) => NAMES.map((name) => attempts(peer, name))),
  };
}

const sorted = (jobs: readonly AgentJob[]): readonly AgentJob[] =>
  [...jobs].sort((one, other) => (one.key < other.key ? -1 : 1));
