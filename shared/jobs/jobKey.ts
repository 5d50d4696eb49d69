import type { KernelId, PeerId, RunId } from "../base/ids.ts";

/** An attempt's name at the agent: two requesters may choose the same id. */
export type JobKey = `${PeerId} ${RunId} ${number}`;
export const jobKey = (from: PeerId, job: RunId, attempt = 1): JobKey => `${from} ${job} ${attempt}`;

/** A kernel's name at the agent: two requesters may choose the same id. */
export type KernelKey = `${PeerId} ${KernelId}`;
export const kernelKey = (from: PeerId, kernel: KernelId): KernelKey => `${from} ${kernel}`;
