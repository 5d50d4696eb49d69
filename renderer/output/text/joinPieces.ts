import type { Readable } from "#shared/base/value.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import type { OutputBody } from "../OutputBodies.ts";
import { joinStreams } from "./joinStreams.ts";

/** Begins the kinds of what was printed; see `outputMime`. */
const PRINTED = "application/vnd.jupyter.std";

/** References to one output each. What was printed to one stream is one output, in pieces while its run goes on. */
export function groupPieces(stored: readonly OutputRef[]): readonly (readonly OutputRef[])[] {
  const groups: OutputRef[][] = [];
  for (const ref of stored) {
    const last = groups.at(-1);
    if (ref.mime.startsWith(PRINTED) && last?.[0]?.mime === ref.mime) last.push(ref);
    else groups.push([ref]);
  }
  return groups;
}

const LOADING: OutputBody = { state: "loading" };

/** The output whose pieces these are: there when all of them are, missing when one of them is. */
export function joinPieces(pieces: readonly Readable<OutputBody>[]): Readable<OutputBody> {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  let seen: readonly OutputBody[] = [];
  let joined = LOADING;
  return {
    get() {
      const now = pieces.map((piece) => piece.get());
      if (now.some((body, index) => body !== seen[index])) joined = join(now);
      seen = now;
      return joined;
    },
    subscribe(listener) {
      const disposes = pieces.map((piece) => piece.subscribe(listener));
      return () => disposes.forEach((dispose) => dispose());
    },
  };
}

function join(bodies: readonly OutputBody[]): OutputBody {
  const outputs = bodies.flatMap((body) => (body.state === "ready" ? [body.output] : []));
  if (outputs.length < bodies.length) return bodies.find(({ state }) => state === "missing") ?? LOADING;
  const [output, ...others] = joinStreams(outputs);
  return output === undefined || others.length > 0 ? { state: "missing" } : { state: "ready", output };
}
