import type { PeerId, RunId } from "../base/ids.ts";

/** An attempt's name at the agent: two requesters may choose the same id. */
export type JobKey = `${PeerId} ${RunId} ${number}`;
export const jobKey = (from: PeerId, job: RunId, attempt = 1): JobKey => `${from} ${job} ${attempt}`;

/** What of an attempt makes its name. */
interface Attempt {
  readonly from: PeerId;
  readonly job: RunId;
  readonly attempt: number;
}
export const keyOf = ({ from, job, attempt }: Attempt): JobKey => jobKey(from, job, attempt);
