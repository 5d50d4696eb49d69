// What a program counts, in the text that Prometheus reads (exposition format 0.0.4).

/** Content type of the text. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface Sample {
  /** Never ids, names or anything of a person: whoever scrapes keeps them for years. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  /** `[a-zA-Z_:][a-zA-Z0-9_:]*`; a counter's ends in `_total`, and the name holds its unit: seconds, bytes. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

/** One metric without labels. */
export function metric(type: Metric["type"], name: string, help: string, value: number): Metric {
  return { name, help, type, samples: [{ value }] };
}

/** One metric with a value for each word of a label. */
export function metricBy(
  type: Metric["type"],
  [name, label]: readonly [name: string, label: string],
  help: string,
  values: Readonly<Record<string, number>>,
): Metric {
  return {
    name,
    help,
    type,
    samples: Object.entries(values).map(([word, value]) => ({ labels: { [label]: word }, value })),
  };
}

/** The text. Metrics without a sample are left out. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`);
      return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
    })
    .join("");
}

function labelText(labels: Sample["labels"] = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}

const escapeHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
