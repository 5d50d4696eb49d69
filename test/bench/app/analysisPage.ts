// The script of a page that reads the dataflow of a large notebook.

import { measureAnalysis } from "./analysis.ts";

export type AnalysisPage = Window & { measureAnalysis: typeof measureAnalysis };

Object.assign(window, { measureAnalysis });
