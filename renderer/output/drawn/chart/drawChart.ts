import { parse, View, type Loader } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { isRecord, type JsonValue } from "#shared/base/parse.ts";

/** Pixels of a chart that wants to be as wide or high as what it stands in. */
const CONTAINER = { width: 600, height: 300 };

/** A stranger's chart fetches nothing: an address would tell its owner who reads this notebook, and when. */
const REFUSED = "charts load no data and no pictures from addresses: put the data into the chart";
const refuse = (): Promise<never> => Promise.reject(new Error(REFUSED));
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const INK = "#c6ccd5";
const LINE = "#4a505b";
/** Colours where the page is dark; the chart's own go before them. */
const DARK = {
  background: "transparent",
  title: { color: INK, subtitleColor: INK },
  axis: { labelColor: INK, titleColor: INK, domainColor: LINE, gridColor: LINE, tickColor: LINE },
  legend: { labelColor: INK, titleColor: INK },
  header: { labelColor: INK, titleColor: INK },
  text: { color: INK },
  view: { stroke: LINE },
};
const LIGHT = { background: "transparent" };

/** An SVG of a chart in Vega-Lite's language, without evaluating any text as a program. @throws Error for what is none */
export async function drawChart(spec: JsonValue, dark: boolean): Promise<string> {
  if (!isRecord(spec)) throw new Error("it is no description of a chart");
  const problems: string[] = [];
  const logger = {
    warn: (...words: readonly unknown[]) => {
      // What could not be loaded is no more than a warning to Vega, and the chart is empty.
      if (words[0] === "Loading failed") problems.push(REFUSED);
      return logger;
    },
    info: () => logger,
    debug: () => logger,
    error: (...words: readonly unknown[]) => {
      problems.push(words.join(" "));
      return logger;
    },
    level: () => logger,
  };
  // reason: whatever is wrong with a description, Vega-Lite and Vega say.
  const described = withSize(spec) as unknown as TopLevelSpec;
  const compiled = compile(described, { config: dark ? DARK : LIGHT, logger });
  const view = new View(parse(compiled.spec, undefined, { ast: true }), {
    // reason: its package has no types of its own that fit.
    expr: expressionInterpreter as never,
    renderer: "none",
    // reason: of a loader only these are called.
    loader: loader as unknown as Loader,
    logger,
  });
  try {
    const svg = await view.toSVG();
    const [problem] = problems;
    if (problem !== undefined) throw new Error(problem);
    return svg;
  } finally {
    view.finalize();
  }
}

function withSize(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const sized = Object.entries(CONTAINER).filter(([side]) => spec[side] === "container");
  return { ...spec, ...Object.fromEntries(sized) };
}
