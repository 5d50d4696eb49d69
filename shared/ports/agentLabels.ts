// What an agent says of itself in words of its owner: `gpu=a100`, `room=2.04`. A job can ask for such words.

import { isRecord } from "../base/parse.ts";

export type AgentLabels = Readonly<Record<string, string>>;

/** Everybody in a class is sent everybody's labels. */
export const LABELS_LIMIT = 16;
const KEY = /^[a-zA-Z][a-zA-Z0-9._-]{0,31}$/;
/** Visible, without a comma, so that lists of labels can be read. */
const VALUE = /^[^\s,\p{C}](?:[^,\p{C}]{0,62}[^\s,\p{C}])?$/u;

export const isLabel = (key: string, value: unknown): value is string =>
  KEY.test(key) && typeof value === "string" && VALUE.test(value);

/** Undefined unless all of it is labels, and not too many. */
export function readLabels(value: unknown): AgentLabels | undefined {
  if (!isRecord(value)) return undefined;
  const labels: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) {
    if (!isLabel(key, text) || labels.length === LABELS_LIMIT) return undefined;
    labels.push([key, text]);
  }
  return Object.fromEntries(labels);
}

export interface Labelled {
  readonly labels?: AgentLabels | undefined;
  readonly versions?: AgentLabels | undefined;
}

/** Whether an agent has all that is wanted. Versions count as labels, unless its owner gave that name to a label. */
export function hasLabels({ labels, versions }: Labelled, wanted: AgentLabels): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const own = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
    const version = versions !== undefined && Object.hasOwn(versions, key) ? versions[key] : undefined;
    return (own ?? version) === value;
  });
}

export const labelsInWords = (labels: AgentLabels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
