// `npm test`: everything a change must pass, in the order that fails soonest: the checks side by side, then suite after
// suite. `npm run test:long` adds the long fault, load and property suites. Prints one line per step and, at the end, how
// many tests ran.

import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";

const long = process.argv.includes("--long");
const root = join(import.meta.dirname, "..");
const results = join(root, "test-results");
const bin = (name) => join(root, "node_modules", name);

const checks = [
  { name: "format", args: [bin("oxfmt/bin/oxfmt"), "--check"] },
  { name: "types", args: [bin("typescript/bin/tsc"), "-b"] },
  { name: "lint", args: [bin("oxlint/bin/oxlint"), "--deny-warnings"] },
  { name: "build", args: [join(root, "workers/cli/build.mjs")] },
];
/** The kinds of tests that need no browser. Those of a group run together, so that no core waits for the last file of each. */
const groups = [
  { name: "computing", kinds: ["unit", "property"], workers: availableParallelism() },
  // They start processes, and wait for them most of the time: one file more than there are cores keeps the cores busy.
  { name: "waiting", kinds: ["contract", "integration", "faults"], workers: availableParallelism() + 1 },
  // The suites of jobs once more: see vitest.config.ts.
  ...(long
    ? [{ name: "mosquitto", kinds: ["mosquitto-tcp", "mosquitto-ws"], workers: availableParallelism() + 1 }]
    : []),
];
const suites = [
  ...groups.map(({ name, kinds, workers }) => ({
    name: kinds.join(", "),
    report: join(results, `${name}.json`),
    args: [
      ...[bin("vitest/vitest.mjs"), "run", "-c", "test/vitest.config.ts", `--maxWorkers=${workers}`],
      ...kinds.flatMap((kind) => ["--project", kind]),
      // Groups run one after another, and share most of what they import. What was kept goes with the results before.
      ...["--experimental.fsModuleCache", `--experimental.fsModuleCachePath=${join(results, "modules")}`],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${join(results, `${name}.json`)}`],
    ],
  })),
  {
    name: "end to end",
    report: join(results, "e2e.json"),
    args: [bin("playwright/cli.js"), "test", "-c", "test/e2e/playwright.config.ts"],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, "e2e.json") },
  },
];

const started = Date.now();
const seconds = (since) => ((Date.now() - since) / 1000).toFixed(1);

/** Runs one step. Its output is shown when it fails, or always for test suites. */
function run({ name, args, env = {}, report }) {
  return new Promise((resolve) => {
    const since = Date.now();
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...(long ? { MESHBOOK_LONG: "1" } : {}), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => (report ? process.stdout.write(chunk) : output.push(chunk)));
    }
    child.on("close", (code) => {
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      process.stdout.write(`${code === 0 ? "✓" : "✗"} ${name} (${seconds(since)} s)\n`);
      resolve(code === 0);
    });
  });
}

/** Of a suite, by the folder below `test/` that the tests are in. */
function countTests({ name, report }) {
  const json = JSON.parse(readFileSync(report, "utf8"));
  if (json.stats) return [{ name, passed: json.stats.expected + json.stats.flaky, skipped: json.stats.skipped }];
  const counts = new Map();
  for (const file of json.testResults) {
    const [kind] = relative(join(root, "test"), file.name).split(sep);
    const count = counts.get(kind) ?? { name: kind, passed: 0, skipped: 0 };
    for (const { status } of file.assertionResults) count[status === "passed" ? "passed" : "skipped"] += 1;
    counts.set(kind, count);
  }
  return [...counts.values()];
}

/** The longest message shown again for one failed test, in characters: its first lines say what was expected. */
const LONGEST_MESSAGE = 1500;

/** What failed in a suite, said again at the end, where a long log is read first. */
function failures({ name, report }) {
  if (!existsSync(report)) return [`${name}: ended without a report`];
  const json = JSON.parse(readFileSync(report, "utf8"));
  const failed = json.stats ? playwrightFailures(json) : vitestFailures(json);
  return failed.map(
    ({ title, message }) => `${name}: ${title}\n${stripVTControlCharacters(message).slice(0, LONGEST_MESSAGE)}`,
  );
}

function vitestFailures({ testResults }) {
  return testResults
    .filter((file) => file.status === "failed")
    .flatMap((file) => {
      const tests = file.assertionResults.filter((test) => test.status === "failed");
      const title = relative(root, file.name);
      if (tests.length === 0) return [{ title, message: file.message }];
      return tests.map((test) => ({ title: `${title} › ${test.fullName}`, message: test.failureMessages.join("\n") }));
    });
}

function playwrightFailures({ suites: found = [], specs = [], errors = [] }) {
  const own = specs
    .filter((spec) => !spec.ok)
    .map((spec) => ({
      title: `${spec.file}:${spec.line} › ${spec.title}`,
      message: spec.tests
        .flatMap((test) => test.results.flatMap((result) => result.errors.map((error) => error.message)))
        .join("\n"),
    }));
  const general = errors.map((error) => ({ title: "the run itself", message: error.message ?? "" }));
  return [...general, ...own, ...found.flatMap(playwrightFailures)];
}

/** Tests that passed only when they were repeated: each is a fault of the product or of the test, to be found. */
function unsteady({ suites: found = [], specs = [] }) {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === "flaky"));
  return [...own.map((spec) => `${spec.file}:${spec.line} › ${spec.title}`), ...found.flatMap(unsteady)];
}

function fail(names) {
  process.stdout.write(`Meshbook: FAILED: ${names.join(", ")} (${seconds(started)} s)\n`);
  process.exit(1);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

// None needs what another makes, and each leaves a core idle for a part of its time.
const passed = await Promise.all(checks.map(run));
const failedChecks = checks.filter((_, index) => !passed[index]);
if (failedChecks.length > 0) fail(failedChecks.map((check) => check.name));

const failedSuites = [];
for (const suite of suites) {
  if (!(await run(suite))) failedSuites.push(suite);
}
if (failedSuites.length > 0) {
  for (const failure of failedSuites.flatMap(failures)) process.stdout.write(`\n✗ ${failure}\n`);
  fail(failedSuites.map((suite) => suite.name));
}

for (const title of unsteady(JSON.parse(readFileSync(suites.at(-1).report, "utf8")))) {
  process.stdout.write(`! passed only when it was repeated: ${title}\n`);
}
const counts = suites.flatMap(countTests);
const total = (key) => counts.reduce((sum, count) => sum + count[key], 0);
const detail = counts.map((count) => `${count.name} ${count.passed}`).join(", ");
const skipped =
  total("skipped") > 0 ? `, ${total("skipped")} skipped (each said why above, or is left to npm run test:long)` : "";
process.stdout.write(`Meshbook: ${total("passed")} tests passed (${detail})${skipped} in ${seconds(started)} s\n`);
