import { expect, it } from "vitest";
import { RunId } from "#shared/base/ids.ts";
import type { ControlValues } from "#shared/notebook/controls/control.ts";
import { CONTROL_MIME } from "#shared/notebook/controls/controlMime.ts";
import { parseControl } from "#shared/notebook/controls/parseControl.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { CellRuntime } from "../../../../workers/kernel/CellRuntime.ts";
import { flowOf, programIn } from "../../../support/programs.ts";

async function run(source: string, controls?: ControlValues): Promise<readonly CellOutput[]> {
  const sent: CellOutput[] = [];
  const runtime = new CellRuntime((_, events) => void sent.push(...events));
  const program = programIn(flowOf({ a: source }), "a");
  await runtime.execute(RunId.parse("run")!, { ...program, ...(controls && { controls }) }, []);
  return sent;
}

async function value(source: string, controls?: ControlValues): Promise<unknown> {
  const last = (await run(source, controls)).at(-1);
  if (last?.output_type === "error") return `${last.ename}: ${last.evalue}`;
  return last?.output_type === "execute_result" ? last.data["text/plain"] : undefined;
}

it("gives the value the code says until somebody moves the control", async () => {
  const source = "Inputs.slider({ label: 'N', min: 0, max: 10, value: 3 })";
  expect(await value(source)).toBe("3");
  expect(await value(source, { "own:N": 8 })).toBe("8");
  // Another's, of another scale, and of no kind that a slider stands at.
  for (const moved of [{ "shared:N": 8 }, { "own:N": 80 }, { "own:N": "8" }])
    expect(await value(source, moved)).toBe("3");
});

it.each([
  ["Inputs.range([0, 1], { label: 'N', step: 0.1, value: 0.3 })", { "own:N": 0.7 }, "0.3", "0.7"],
  ["Inputs.select(new Map([['one', 1], ['two', 2]]), { label: 'N', value: 2 })", { "own:N": "one" }, "2", "1"],
  ["Inputs.select([true, false], { label: 'N' })", { "own:N": "false" }, "true", "false"],
  ["Inputs.text({ label: 'N', value: 'a', shared: true })", { "shared:N": "b" }, "'a'", "'b'"],
  ["Inputs.toggle({ label: 'N' })", { "own:N": true }, "false", "true"],
  ["Inputs.button('N')", { "own:N": 3 }, "0", "3"],
  ["Inputs.table([{ x: 1 }, { x: 2 }], { label: 'N' }).map(({ x }) => x).join()", { "own:N": [1] }, "''", "'2'"],
  [
    "const f = Inputs.file({ label: 'N' }); f && `${f.name} ${await f.text()}`",
    { "own:N": { name: "a.txt", type: "text/plain", base64: btoa("hello") } },
    undefined,
    "'a.txt hello'",
  ],
])("%s", async (source, moved, before, after) => {
  const plain = (text: unknown): unknown => (typeof text === "string" ? text.replace(/^["']|["']$/g, "'") : text);
  expect([plain(await value(source)), plain(await value(source, moved))]).toEqual([before, after]);
});

it("shows each with a key of its own, and says in text where it stands", async () => {
  const shown = await run("Inputs.text({ label: 'N' }); Inputs.text({ label: 'N', value: 'x' }); undefined");
  const keys = shown.map((one) => one.output_type === "display_data" && parseControl(one.data[CONTROL_MIME])?.key);
  expect(keys).toEqual(["own:N", "own:N 2"]);
  expect(shown[1]?.output_type === "display_data" && shown[1].data["text/plain"]).toBe("N: x");
});

it.each([
  ["Inputs.slider({ min: 5, max: 1 })", "TypeError: Inputs.slider: max (1) is below min (5)"],
  ["Inputs.slider({ min: 'a' })", "TypeError: Inputs.slider: min must be a number"],
  ["Inputs.slider({ max: 1, step: 0 })", "TypeError: Inputs.slider: a step of 0 is none from 0 to 1"],
  ["Inputs.select([])", "TypeError: Inputs.select: give a list of at least one choice"],
  ["Inputs.select(['a'], { value: 'b' })", "TypeError: Inputs.select: b is none of the choices"],
  ["Inputs.file({ shared: true })", "TypeError: Inputs.file cannot be shared: everybody chooses a file of their own"],
])("%s says what is wrong", async (source, message) => {
  expect(await value(source)).toBe(message);
});

it("a cell may give the name to something of its own", async () => {
  expect(await value("const Inputs = { slider: () => 1 }; Inputs.slider()")).toBe("1");
});
