// Who has a turn at an agent, and how much each may have there: deficit round robin over requesters, whose measure is the
// time their jobs take. Invariants:
// 1. Between requesters that always have something here, the time given differs by no more than their weights ask for
//    and the length of one job. What is late among shorter jobs is paid in parts (LATE, LATE_PART), up to LATE_LIMIT.
//    Jobs that are no longer than everybody's, as far as can be told (isUsual), count alike: their requesters are served
//    equally often, where time would give most to whom this computer happened to hold up least.
// 2. Who has nothing here saves up no time; what was used in advance is paid back, unless one stays away for long or all is
//    done: what nobody else wanted at the time is no debt (start-time fair queueing, Goyal, Vin and Cheng 1996).
// 3. A window is at least 1, and all windows together are the slots and INBOX, or one for each requester.

import type { PeerId } from "../base/ids.ts";
import { ms, seconds, type Milliseconds } from "../base/units.ts";
import { VersionedMap } from "../base/VersionedMap.ts";

/** So much of a requester's work is to wait here: the next job is at hand when one ends, and little need be recalled. */
const WAITING: Milliseconds = ms(150);
/** Jobs of all requesters together that may wait at an agent. */
export const INBOX = 64;
/** What a job is taken to last before one of its requester's ended. */
const FIRST_GUESS: Milliseconds = ms(20);
/** The mean follows the last jobs: this much of it is the newest. */
const NEWEST = 0.2;
/** Starting a kernel takes a core for about so long; what else it takes, its requester cannot help. */
const START: Milliseconds = ms(100);
/**
 * Times the mean: what takes longer is late, as a rule because this computer does something else. Paid at once, it would
 * keep its requester waiting for seconds where all have short jobs; so each later job pays for it this part of its own time.
 */
const LATE = 2;
const LATE_PART = 0.1;
/** Times what is usual of lateness: so much is this computer's doing, and nobody pays for it. */
const FORGIVEN = 2;
/** More than this is not put off: jobs so long are no exception. */
const LATE_LIMIT: Milliseconds = ms(500);
/** How late jobs are on average follows more slowly than how long they take: few are. */
const NEWEST_LATE = 0.05;
/** Times the mean of all, or a part of it: beyond that no spread makes jobs alike, or who mixes them would gain. */
const USUAL = 2;
/** Times the spread: the mean of the last jobs is as far from the true one now and then. */
const SPREADS = 2;
/** What is usual is found anew when so many jobs have ended: it changes slowly, and all requesters are gone through. */
const LOOK_EVERY = 16;
/** Whose jobs wait behind one of its own, in the same kernel, saves the turns that it misses: so many at most. */
const SAVED_TURNS = 16;
/** One job, however long, costs its requester no more than this much of later turns. */
const LONGEST_DEBT: Milliseconds = seconds(30);
/** Whoever sends a job when the last one ended is away for as long as a message takes: it keeps its share meanwhile. */
const LINGER: Milliseconds = ms(250);
/** The account of a requester that has had no job here for this long is closed. */
const AWAY: Milliseconds = seconds(30);

interface Share {
  /** How many rounds it has used up. Below those that have passed: it has a deficit, and its turn comes first. */
  readonly used: number;
  /** The number of its last turn: of those that used as much, whose was the longest ago is next. */
  readonly turn: number;
  /** How long its jobs take; undefined before the first ended. */
  readonly mean: number | undefined;
  /** By how much its jobs differ from their mean, on average. */
  readonly spread: number;
  /** Milliseconds by which its jobs are late, on average. */
  readonly late: number;
  /** Milliseconds of late jobs that are not paid yet. */
  readonly owed: number;
  readonly seen: Milliseconds;
}

export interface Shares {
  readonly of: VersionedMap<PeerId, Share>;
  /** That have passed: each gives every requester a millisecond times its weight. None is ever walked. */
  readonly rounds: number;
  readonly turns: number;
  /** How long jobs take, by how much they are late, and by how much they differ: of the requester in the middle, so that none makes it alone. */
  readonly usual: number | undefined;
  readonly usualLate: number;
  readonly usualSpread: number;
  /** Jobs that have ended since that was found. */
  readonly ended: number;
  /** Turns of some requesters count more: 2 is twice the time of everybody else. */
  readonly weights: ReadonlyMap<PeerId, number>;
}

export const createShares = (weights: ReadonlyMap<PeerId, number> = new Map()): Shares => ({
  of: VersionedMap.of(),
  rounds: 0,
  turns: 0,
  usual: undefined,
  usualLate: 0,
  usualSpread: 0,
  ended: LOOK_EVERY,
  weights,
});

/** Notes that a requester is here with a job. `waits`: others of its jobs wait already. */
export function admit(shares: Shares, requester: PeerId, waits: boolean, at: Milliseconds): Shares {
  const share = shares.of.get(requester);
  if (share === undefined) return open(shares, requester, at);
  const turns = waits ? SAVED_TURNS : at - share.seen < LINGER ? 1 : 0;
  const saved = (turns * costOf(shares, share)) / weightOf(shares, requester);
  return withShare(shares, requester, { ...share, used: Math.max(share.used, shares.rounds - saved), seen: at });
}

function open(shares: Shares, requester: PeerId, at: Milliseconds): Shares {
  let { of } = shares;
  for (const [peer, { seen }] of of) if (at - seen >= AWAY) of = of.without(peer);
  const share: Share = { used: shares.rounds, turn: 0, mean: undefined, spread: 0, late: 0, owed: 0, seen: at };
  return { ...shares, of: of.with(requester, share) };
}

export interface TurnTaken {
  readonly since: Milliseconds;
  readonly cost: Milliseconds;
}

export interface Turn {
  readonly requester: PeerId;
  readonly cost: Milliseconds;
  readonly shares: Shares;
}

/** Whose turn it is among those that have something to start, and the shares after it was given. */
export function takeTurn(shares: Shares, waiting: Iterable<PeerId>): Turn | undefined {
  let requester: PeerId | undefined;
  let first: Share | undefined;
  for (const peer of waiting) {
    const share = shares.of.get(peer);
    if (share === undefined || (first !== undefined && !isBefore(share, first))) continue;
    [requester, first] = [peer, share];
  }
  if (requester === undefined || first === undefined) return undefined;
  const cost = costOf(shares, first);
  const turns = shares.turns + 1;
  const share = { ...first, used: first.used + cost / weightOf(shares, requester), turn: turns };
  const rounds = Math.max(shares.rounds, first.used);
  return { requester, cost, shares: { ...withShare(shares, requester, share), rounds, turns } };
}

const isBefore = (one: Share, other: Share): boolean =>
  one.used === other.used ? one.turn < other.turn : one.used < other.used;

/** A job that was charged `cost` when it began at `since` has ended. */
export function settleTurn(before: Shares, requester: PeerId, job: TurnTaken, at: Milliseconds): Shares {
  const share = before.of.get(requester);
  if (share === undefined) return before;
  const time = at - job.since;
  const late = Math.max(0, time - LATE * (share.mean ?? FIRST_GUESS));
  const putOff = Math.min(late, LATE_LIMIT - share.owed);
  const charged = Math.max(1, time - putOff);
  const next = learn(share, { time, charged, late });
  const shares = withUsual(withShare(before, requester, next));
  const cost = isUsual(shares, next) ? (shares.usual ?? charged) : charged;
  const part = Math.min(share.owed, LATE_PART * cost);
  const owed = Math.max(0, share.owed + putOff - part - FORGIVEN * shares.usualLate);
  const weight = weightOf(shares, requester);
  const used = Math.min(next.used + (cost + part - job.cost) / weight, shares.rounds + LONGEST_DEBT / weight);
  return withShare(shares, requester, { ...next, used, owed, seen: at });
}

/** Of the first job of a requester nobody knows whether it is late. */
function learn(share: Share, job: { readonly time: number; readonly charged: number; readonly late: number }): Share {
  if (share.mean === undefined) return { ...share, mean: job.time };
  const mean = follow(share.mean, job.charged, NEWEST);
  const spread = follow(share.spread, Math.abs(job.charged - mean), NEWEST);
  return { ...share, mean, spread, late: follow(share.late, job.late, NEWEST_LATE) };
}

function withUsual(shares: Shares): Shares {
  const ended = shares.ended + 1;
  if (ended < Math.min(LOOK_EVERY, shares.of.size)) return { ...shares, ended };
  const all = shares.of.values().filter(({ mean }) => mean !== undefined);
  const middle = (of: (share: Share) => number): number | undefined =>
    all.map(of).sort((one, other) => one - other)[Math.floor((all.length - 1) / 2)];
  const [usual, usualLate] = [middle(({ mean }) => mean ?? 0), middle(({ late }) => late) ?? 0];
  return { ...shares, ended: 0, usual, usualLate, usualSpread: middle(({ spread }) => spread) ?? 0 };
}

const follow = (mean: number, value: number, newest: number): number => mean * (1 - newest) + value * newest;

/** These jobs differ from everybody's by no more than chance makes of how they, or everybody's, differ among themselves. */
function isUsual({ usual, usualSpread }: Shares, { mean, spread }: Pick<Share, "mean" | "spread">): boolean {
  if (usual === undefined || mean === undefined || mean > USUAL * usual || mean * USUAL < usual) return false;
  return Math.abs(mean - usual) <= SPREADS * Math.max(spread, usualSpread);
}

/** Nothing waits or executes here any more: all begin alike. */
export function evenOut(shares: Shares): Shares {
  let { rounds } = shares;
  for (const { used } of shares.of.values()) rounds = Math.max(rounds, used);
  return rounds === shares.rounds ? shares : { ...shares, rounds };
}

/** A kernel was started for a requester's job. */
export function chargeStart(shares: Shares, requester: PeerId): Shares {
  return giveBackTurn(shares, requester, ms(-1 * START));
}

/** A job that was charged `cost` did not begin. */
export function giveBackTurn(shares: Shares, requester: PeerId, cost: Milliseconds): Shares {
  const share = shares.of.get(requester);
  if (share === undefined || cost === 0) return shares;
  return withShare(shares, requester, { ...share, used: share.used - cost / weightOf(shares, requester) });
}

/** How many jobs a requester may have here at a time, when `active` have any. */
export function windowOf(
  shares: Shares,
  requester: PeerId,
  { slots, active }: { slots: number; active: number },
): number {
  const everybody = Math.max(1, active);
  const part = Math.max(1, Math.floor(slots / everybody));
  const mean = shares.of.get(requester)?.mean;
  const waiting = mean === undefined ? 0 : Math.floor((part * WAITING) / Math.max(1, mean));
  return Math.max(1, Math.min(part + waiting, Math.floor((slots + INBOX) / everybody)));
}

const withShare = (shares: Shares, requester: PeerId, share: Share): Shares => ({
  ...shares,
  of: shares.of.with(requester, share),
});

function costOf(shares: Shares, share: Share): Milliseconds {
  const usual = isUsual(shares, share) ? shares.usual : undefined;
  return ms(Math.max(1, Math.min(usual ?? share.mean ?? FIRST_GUESS, LONGEST_DEBT)));
}

const weightOf = ({ weights }: Shares, peer: PeerId): number => weights.get(peer) ?? 1;
