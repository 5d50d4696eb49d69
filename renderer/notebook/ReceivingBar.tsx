import type { ReactElement } from "react";
import type { Receiving } from "#shared/ports/DocSource.ts";
import { useSettled } from "../state/useSettled.ts";
import { receivingWords } from "./header/statusWords.ts";

/** Milliseconds: what takes no longer is not worth a bar that comes and goes. */
const WORTH_SHOWING = 400;

/** How far a large notebook has come. */
export function ReceivingBar({ receiving }: { readonly receiving: Receiving | undefined }): ReactElement | undefined {
  const lasting = useSettled(receiving !== undefined, WORTH_SHOWING);
  if (receiving === undefined || !lasting) return undefined;
  const words = receivingWords(receiving);
  return (
    <div className="receiving">
      <p>
        <strong>{words}</strong> You can read and write what is here already.
      </p>
      <progress value={receiving.received} max={receiving.total} aria-label={words} />
    </div>
  );
}
