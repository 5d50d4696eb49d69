// The packages that were built for this Python, from Pyodide's lock file: what shared/packages/wheels/WheelLock.ts reads.

/** Where Pyodide publishes the wheels of a version. Nothing is loaded from there before a user allows it. */
const PUBLISHED = "https://cdn.jsdelivr.net/pyodide";

/** What every kernel has beside Python's own modules. */
const OURS = ["IPython", "js", "meshbook_kernel", "pyodide", "pyodide_js"];

/**
 * @param {{ packages: object }} lock Pyodide's lock file
 * @param {string} version of Pyodide
 * @param {readonly string[]} standard names of modules that Python brings itself, as it says
 */
export function packageList({ packages }, version, standard) {
  const wanted = Object.entries(packages).filter(([key]) => !key.endsWith("-tests"));
  const apart = new Set(wanted.flatMap(([, one]) => one.imports));
  return {
    base: `${PUBLISHED}/v${version}/full/`,
    // Some of Python's own are packages here.
    standard: [...OURS, ...standard.filter((name) => !apart.has(name))],
    packages: wanted.map(([key, one]) => ({
      name: key,
      version: one.version,
      file: one.file_name,
      hash: one.sha256,
      needs: one.depends,
      imports: [...new Set(one.imports.map((name) => name.split(".")[0]))],
    })),
  };
}
