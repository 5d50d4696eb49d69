import type { CellOutput } from "#shared/notebook/output.ts";

/** What a scripted execution gives. */
export interface FakeResult {
  readonly outputs: readonly CellOutput[];
  readonly ok: boolean;
  readonly errorAt?: { readonly line: number; readonly column: number };
}

type Print = (...values: readonly unknown[]) => void;

/** Evaluates a cell by itself, in this process: enough to see a page work, nothing like the real kernels. */
export function fakeEvaluate(source: string): FakeResult {
  const outputs: CellOutput[] = [];
  const print =
    (name: "stdout" | "stderr"): Print =>
    (...values) =>
      outputs.push({ output_type: "stream", name, text: `${values.map(String).join(" ")}\n` });
  try {
    const value = evaluate(source, { log: print("stdout"), error: print("stderr") });
    if (value !== undefined) outputs.push(result(value));
    return { outputs, ok: true };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    outputs.push({ output_type: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] });
    return { outputs, ok: false, errorAt: { line: 1, column: 1 } };
  }
}

function evaluate(source: string, console: { readonly log: Print; readonly error: Print }): unknown {
  const lines = source.trimEnd().split("\n");
  const last = lines.pop() ?? "";
  try {
    return compile(`${lines.join("\n")}\nreturn (${last});`)(console);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return compile(source)(console);
  }
}

function compile(body: string): (console: unknown) => unknown {
  // This fake is the one place that evaluates in its own process, and only what its own test gave it.
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function("console", body) as (console: unknown) => unknown;
}

function result(value: unknown): CellOutput {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const data = typeof value === "object" ? { "application/json": value as never } : { "text/plain": text };
  return { output_type: "execute_result", execution_count: null, metadata: {}, data };
}
