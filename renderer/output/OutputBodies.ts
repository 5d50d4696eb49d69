import { systemClock } from "#shared/adapters/systemClock.ts";
import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import type { Clock } from "#shared/ports/Clock.ts";

export type OutputBody =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly output: CellOutput }
  /** Nobody who can be reached has it, or what they have is no output. */
  | { readonly state: "missing" };

/**
 * How long to wait between tries. Whoever ran the cell brings a large output to the class host right after telling of it, so
 * the first tries follow closely and are no news to the reader.
 */
const SOON = [300, 700, 1_500, 3_000].map(ms);
const LATER = [10_000, 20_000, 40_000, 60_000].map(ms);

/** Bodies kept. A page shows far fewer at once; what is dropped is read again when it is shown again. */
const BODY_LIMIT = 300;
const LOADING: OutputBody = { state: "loading" };

/** Bodies of outputs by hash, read when first asked for. */
export class OutputBodies {
  readonly #read: (hash: ContentHash) => Promise<string | undefined>;
  readonly #made: (hash: ContentHash) => CellOutput | undefined;
  readonly #bodies = new Map<ContentHash, Value<OutputBody>>();
  readonly #clock: Clock;
  readonly #waiting = new Set<Dispose>();
  #disposed = false;

  /** `made`: what this page itself made lately, and has at hand. */
  constructor(
    read: (hash: ContentHash) => Promise<string | undefined>,
    clock: Clock = systemClock,
    made: (hash: ContentHash) => CellOutput | undefined = () => undefined,
  ) {
    this.#read = read;
    this.#made = made;
    this.#clock = clock;
  }

  /** The same readable for the same hash, while it is kept. */
  body(ref: OutputRef): Readable<OutputBody> {
    const known = this.#bodies.get(ref.hash);
    if (known !== undefined) return known;
    const inline = trueInline(ref);
    const output = inline === undefined ? this.#made(ref.hash) : undefined;
    const made = output && ({ state: "ready", output } as const);
    const body = new Value<OutputBody>(made ?? (inline === undefined ? LOADING : readBody(inline)));
    this.#bodies.set(ref.hash, body);
    this.#forgetOldest();
    if (inline === undefined && made === undefined) void this.#load(ref.hash, body);
    return body;
  }

  /** Asks again for a body that was missing: a peer that has it may have come. */
  retry(hash: ContentHash): void {
    const body = this.#bodies.get(hash);
    if (body?.get().state !== "missing") return;
    body.set(LOADING);
    void this.#load(hash, body);
  }

  /** Stops asking. */
  dispose(): void {
    this.#disposed = true;
    disposeAll([...this.#waiting]);
  }

  async #load(hash: ContentHash, body: Value<OutputBody>, tries = 0): Promise<void> {
    const found = await this.#find(hash);
    const wait = [...SOON, ...LATER][tries];
    if (found.state === "ready" || tries >= SOON.length) body.set(found);
    if (found.state === "ready" || wait === undefined || this.#disposed) return;
    const stop = this.#clock.after(wait, () => {
      this.#waiting.delete(stop);
      // Somebody asked by hand meanwhile, or nobody wants it any more.
      if (body.get().state !== "ready" && this.#bodies.get(hash) === body) void this.#load(hash, body, tries + 1);
    });
    this.#waiting.add(stop);
  }

  async #find(hash: ContentHash): Promise<OutputBody> {
    try {
      return readBody(await this.#read(hash));
    } catch {
      // The blob store failed; to the reader that is the same as nobody having it, and "try again" is offered.
      return { state: "missing" };
    }
  }

  #forgetOldest(): void {
    const oldest = this.#bodies.keys().next();
    if (this.#bodies.size > BODY_LIMIT && oldest.done !== true) this.#bodies.delete(oldest.value);
  }
}

/** Any editor could put other text beside a hash that somebody signed, or that a reader allowed scripts of. */
function trueInline({ inline, hash }: OutputRef): string | undefined {
  return inline !== undefined && contentHashOfText(inline) === hash ? inline : undefined;
}

function readBody(text: string | undefined): OutputBody {
  if (text === undefined) return { state: "missing" };
  try {
    const output = parseOutput(JSON.parse(text));
    return output === undefined ? { state: "missing" } : { state: "ready", output };
  } catch {
    // Not JSON: a damaged blob.
    return { state: "missing" };
  }
}
