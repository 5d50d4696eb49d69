// Which folder may import which. Every rule fails the build; the message of a violation names the rule.

/** Inside `shared/`: folder → the folders of `shared/` it may import, itself always included. */
const core = [
  "base",
  "notebook",
  "rooms",
  "presence",
  "history",
  "dataflow",
  "execution",
  "jobs",
  "doctor",
  "blobs",
  "telemetry",
];
const allowed = {
  base: [],
  notebook: ["base"],
  rooms: ["base"],
  presence: ["base"],
  doctor: ["base"],
  formats: ["base", "notebook"],
  exchange: ["base", "notebook", "rooms"],
  dataflow: ["base", "notebook", "ports"],
  ports: ["base", "notebook", "rooms", "presence"],
  blobs: ["base", "ports"],
  telemetry: ["base", "ports"],
  execution: ["base", "notebook", "dataflow", "ports"],
  history: ["base", "notebook", "presence", "ports"],
  jobs: ["base", "notebook", "rooms", "ports"],
  contracts: ["base", "notebook", "ports"],
  packages: ["base", "notebook", "dataflow", "ports", "contracts", "exchange"],
  session: [...core, "packages", "formats", "exchange", "ports", "contracts"],
  adapters: ["base", "notebook", "rooms", "presence", "history", "exchange", "jobs", "ports", "contracts"],
};

/** npm packages the core may use. Adapters may use more. */
const readers = ["acorn", "sucrase", "@lezer/python", "@lezer/common", "@lezer/lr", "jsonc-parser"];
const corePackages = ["yjs", "lib0", "y-protocols", "fractional-indexing", "@noble", "cborg", ...readers];
const adapterPackages = [...corePackages, "mqtt", "y-webrtc"];
const packages = (names) => `node_modules/(${names.join("|")})/`;
const tops = "(shared|renderer|electron|workers|broker|test)";

/** Entry points that start another folder's entry by dynamic import, each named here. */
const starters = ["^workers/cli/(serve|backup|restore|doctor|doctor/probeFolder)\\.ts$", "^electron/main\\.ts$"];

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([from, to]) => ({
      name: `shared-${from}-imports-only-${[from, ...to].join("-")}`,
      severity: "error",
      from: { path: `^shared/${from}/` },
      to: { path: `^${tops}/`, pathNot: [`^shared/(${[from, ...to].join("|")})/`, "^shared/globals"] },
    })),
    {
      name: "a-top-folder-imports-only-itself-and-shared",
      severity: "error",
      from: { path: "^(renderer|electron|workers|broker)/", pathNot: starters },
      to: { path: "^(renderer|electron|workers|broker|test)/", pathNot: "^$1/" },
    },
    {
      name: "core-uses-only-listed-packages",
      severity: "error",
      from: { path: "^shared/", pathNot: "^shared/adapters/" },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "core"], pathNot: packages(corePackages) },
    },
    {
      name: "adapters-use-only-listed-packages",
      severity: "error",
      from: { path: "^shared/adapters/" },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "core"], pathNot: packages(adapterPackages) },
    },
    {
      // Presence, because the hub looks at what strangers show with the same reader as the peers do.
      name: "broker-uses-no-session-execution-dataflow",
      severity: "error",
      from: { path: "^broker/" },
      to: { path: "^shared/(session|execution|dataflow)/" },
    },
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
    },
  },
};
