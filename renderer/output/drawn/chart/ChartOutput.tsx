// Loaded when the first chart is shown.

import type { ReactElement } from "react";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import { DrawnPicture } from "../DrawnPicture.tsx";
import { ChartDrawer } from "./ChartDrawer.ts";

/** One for the page: it knows nothing of notebooks, and starts when the first chart is drawn. */
const drawer = new ChartDrawer(systemClock);
const draw = (spec: JsonValue, dark: boolean): ReturnType<ChartDrawer["draw"]> => drawer.draw(spec, dark);

/** A chart in Vega-Lite's language as a picture, or what is wrong with it. */
export function ChartOutput({ spec }: { readonly spec: JsonValue }): ReactElement {
  return <DrawnPicture what="chart" content={spec} draw={draw} text={JSON.stringify(spec, undefined, 2)} />;
}
