import type { TraceParent } from "../base/traceParent.ts";

/** Facts of a span. Never sources, outputs, names or secrets: they leave this computer. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** The span it is part of; undefined: it begins a trace. */
  readonly parent?: TraceParent | undefined;
  /** `producer`: it hands work to another program, `consumer`: it takes such work. */
  readonly kind?: "internal" | "producer" | "consumer";
  readonly facts?: SpanFacts;
}

/** A stretch of time in which something was done. */
export interface Span {
  /** What goes on inside, here or elsewhere, is given this as its parent. */
  readonly context: TraceParent;
  /** Only the first end counts. `error`: it failed, in a word for operators. */
  end(how?: { readonly error?: string | undefined; readonly facts?: SpanFacts }): void;
}

/** Where spans go that are worth recording. Never throws, never waits: work is not held up by being watched. */
export interface Tracer {
  begin(name: string, start?: SpanStart): Span;
}
