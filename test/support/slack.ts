/**
 * How many times longer than promised a thing may take in a test. Benches measure how fast Meshbook is, on a quiet machine;
 * a test that measures on a busy one can only tell what works from what stands still.
 */
export const SLACK = 10;
