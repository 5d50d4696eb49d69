import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Small files that take long: each builds a stage and opens a page per test. Begun last, one would run on alone. */
const LONG_BUT_SMALL = ["/integration/renderer/", "/faults/jobs/herd.", "/faults/jobs/frozenAgent."];

/**
 * Kind after kind, as a worker keeps what it has read only for tests of the same kind. Of a kind in Vitest's own order, by
 * what it knows of earlier runs or by size, after the files whose size says nothing of their time.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG_BUT_SMALL.some((part) => moduleId.includes(part));
    const ordered = [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
    return [...new Set(ordered.map(({ project }) => project))].flatMap((kind) =>
      ordered.filter(({ project }) => project === kind),
    );
  }
}
