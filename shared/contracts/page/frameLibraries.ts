/**
 * Packages of Python whose DataFrame a table is in cells that import them, the first that there is; by the names they are
 * imported by.
 */
export const FRAME_LIBRARIES: readonly string[] = ["pandas", "polars"];
