import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Small files that take long: each builds a stage and opens a page per test. Begun last, one would run on alone. */
const LONG_BUT_SMALL = ["/integration/renderer/", "/faults/jobs/herd.", "/faults/jobs/frozenAgent."];

/** Vitest's own order, by what it knows of earlier runs or by size, after the files whose size says nothing of their time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG_BUT_SMALL.some((part) => moduleId.includes(part));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
