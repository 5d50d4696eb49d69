import { Value, type Readable } from "../base/value.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceKind, SourceStatus } from "../ports/DocSource.ts";

/** A source that lets others know whether it is connected. */
export class ObservedSource<Kind extends SourceKind = SourceKind> implements DocSource {
  readonly #source: DocSource & { readonly kind: Kind };
  readonly #connected = new Value(false);

  constructor(source: DocSource & { readonly kind: Kind }) {
    this.#source = source;
  }

  get kind(): Kind {
    return this.#source.kind;
  }

  get connected(): Readable<boolean> {
    return this.#connected;
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    const attached = this.#source.attach(document, (status) => {
      report(status);
      this.#connected.set(status.state === "connected");
    });
    return {
      ready: attached.ready,
      flush: () => attached.flush(),
      resync: () => attached.resync(),
      detach: () => {
        this.#connected.set(false);
        return attached.detach();
      },
    };
  }
}
