import type { ReactElement } from "react";
import { CellLink } from "../running/CellLink.tsx";
import type { Phrase } from "./flowWords.ts";

export interface PhrasesProps {
  readonly phrases: readonly Phrase[];
  /** Called when a link was followed. */
  readonly onGo?: () => void;
}

/** A sentence with its cells as links. */
export function Phrases({ phrases, onGo }: PhrasesProps): ReactElement {
  return (
    <>
      {phrases.map((phrase, index) => (
        <Part key={index} phrase={phrase} {...(onGo && { onGo })} />
      ))}
    </>
  );
}

function Part({ phrase, onGo }: { readonly phrase: Phrase; readonly onGo?: () => void }): ReactElement {
  if (typeof phrase === "string") return <>{phrase}</>;
  if ("name" in phrase) return <code className="flow-name">{phrase.name}</code>;
  return <CellLink cellId={phrase.cell} {...(onGo && { onGo })} />;
}
