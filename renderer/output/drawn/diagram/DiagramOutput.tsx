// Loaded when the first diagram is shown.

import type { ReactElement } from "react";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { runnerAddress } from "../../../adapters/runner/runnerAddress.ts";
import { DrawnPicture } from "../DrawnPicture.tsx";
import { DiagramFrame } from "./DiagramFrame.ts";

/** One for the page: it knows nothing of notebooks, and starts when the first diagram is drawn. */
const frame = new DiagramFrame(runnerAddress(window), systemClock);
const draw = (source: string, dark: boolean): ReturnType<DiagramFrame["draw"]> => frame.draw(source, dark);

/** A diagram in Mermaid's language, drawn, or what is wrong with it. */
export function DiagramOutput({ source }: { readonly source: string }): ReactElement {
  return <DrawnPicture what="diagram" content={source} draw={draw} text={source} />;
}
