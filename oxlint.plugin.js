// The rules that are ours alone: which folder may import which, and what a cast needs.

import { dirname, join, relative, sep } from "node:path";

const root = import.meta.dirname;

/** Folders of `shared/` that make up the core: a session puts all of them together. */
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

/** Inside `shared/`: folder → the folders of `shared/` it may import, itself always included. */
const layers = {
  base: [],
  notebook: ["base"],
  rooms: ["base"],
  presence: ["base"],
  doctor: ["base", "rooms"],
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
const readers = ["acorn", "meriyah", "sucrase", "jsonc-parser"];
const corePackages = ["yjs", "lib0", "y-protocols", "fractional-indexing", "@noble", "cborg", ...readers];
const adapterPackages = [...corePackages, "mqtt", "y-webrtc"];

const tops = ["shared", "renderer", "electron", "workers", "broker", "test"];

/** Entry points that start another folder's entry by dynamic import, each named here. */
const starters = [
  ...["serve", "backup", "restore", "doctor", "doctor/probeFolder"].map((name) => `workers/cli/${name}.ts`),
  "electron/main.ts",
];

/** The imported file from the project's root with `/` between names, or undefined for a package. */
function importedFile(from, specifier) {
  if (specifier.startsWith("#shared/")) return `shared/${specifier.slice("#shared/".length)}`;
  if (!specifier.startsWith(".")) return undefined;
  return join(dirname(from), specifier).split(sep).join("/");
}

/** Why `from` may not import `specifier`, or undefined when it may. */
function refusal(from, specifier) {
  const [top, folder] = from.split("/");
  const file = importedFile(from, specifier);
  if (file === undefined) return top === "shared" ? packageRefusal(folder, specifier) : undefined;
  const [otherTop, otherFolder] = file.split("/");
  if (!tops.includes(otherTop) || top === "test") return undefined;
  if (top === "shared") {
    if (otherTop !== "shared") return "`shared/` imports only itself";
    const allowed = layers[folder];
    if (allowed === undefined || otherFolder === folder || otherFolder.startsWith("globals")) return undefined;
    return allowed.includes(otherFolder)
      ? undefined
      : `\`shared/${folder}\` imports no other folder than ${allowed.join(", ") || "itself"}`;
  }
  if (otherTop === "shared") return top === "broker" ? brokerRefusal(otherFolder) : undefined;
  return otherTop === top || starters.includes(from) ? undefined : "a top folder imports only itself and `shared/`";
}

function packageRefusal(folder, specifier) {
  const allowed = folder === "adapters" ? adapterPackages : corePackages;
  const known = allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return known ? undefined : `the package is not one that \`shared/${folder}\` may use`;
}

/** The hub looks at what strangers show with the same reader as the peers do; it runs and analyses nothing. */
function brokerRefusal(folder) {
  return ["session", "execution", "dataflow"].includes(folder)
    ? `\`broker/\` does not use \`shared/${folder}\``
    : undefined;
}

const imports = {
  meta: { type: "problem", schema: [], messages: { refused: "{{why}}." } },
  create(context) {
    const from = relative(root, context.filename).split(sep).join("/");
    const check = (node, source) => {
      if (typeof source?.value !== "string") return;
      const why = refusal(from, source.value);
      if (why !== undefined) context.report({ node, messageId: "refused", data: { why } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
    };
  },
};

const noBarrel = {
  meta: { type: "problem", schema: [], messages: { barrel: "Import the file that has it; no barrels." } },
  create: (context) => ({
    ExportAllDeclaration: (node) => context.report({ node, messageId: "barrel" }),
  }),
};

/** A cast tells the compiler to trust us: the line, or one of the three above it, says why with `reason`. */
const castNeedsReason = {
  meta: { type: "suggestion", schema: [], messages: { missing: "A cast needs `// reason:` above it." } },
  create: (context) => ({
    TSAsExpression(node) {
      const annotation = node.typeAnnotation;
      if (annotation.type === "TSTypeReference" && annotation.typeName.name === "const") return;
      const line = node.loc.start.line;
      const near = context.sourceCode.getAllComments().some((comment) => {
        const distance = line - comment.loc.end.line;
        return distance >= 0 && comment.value.includes("reason") && (distance <= 3 || comment.value.includes("below"));
      });
      if (!near) context.report({ node, messageId: "missing" });
    },
  }),
};

export default {
  meta: { name: "meshbook" },
  rules: { imports, "no-barrel": noBarrel, "cast-needs-reason": castNeedsReason },
};
