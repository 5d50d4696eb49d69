import js from "@eslint/js";
import tseslint from "typescript-eslint";
import hooks from "eslint-plugin-react-hooks";
import a11y from "eslint-plugin-jsx-a11y-x";
import prettier from "eslint-config-prettier";

const longFunction = (max) => ["error", { max, skipBlankLines: true, skipComments: true, IIFEs: false }];

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

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "release/", "test/fixtures/", "test-results/", "playwright-report/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { meshbook: { rules: { "cast-needs-reason": castNeedsReason } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": longFunction(50),
      "max-params": ["error", { max: 4 }],
      "no-console": "error",
      "meshbook/cast-needs-reason": "error",
      "@typescript-eslint/no-base-to-string": ["error", { ignoredTypeNames: ["Text", "YText", "Error", "URL"] }],
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // Empty bodies are used for "nothing to do here"; the name of the method says so.
      "@typescript-eslint/no-empty-function": "off",
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration", message: "Import the file that has it; no barrels." },
        { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
        { selector: "ExportDefaultDeclaration", message: "Use a named export, the same name everywhere." },
      ],
    },
  },
  {
    files: ["renderer/**/*.tsx", "renderer/**/*.ts"],
    extends: [hooks.configs.flat["recommended-latest"], a11y.configs.recommended],
  },
  {
    files: ["**/*.tsx"],
    rules: { "max-lines-per-function": longFunction(80), "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
  {
    files: ["test/**/*.ts", "test/**/*.tsx"],
    rules: {
      // A describe block is a list of cases, not a function to be read.
      "max-lines-per-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/explicit-module-boundary-types": "off",
      "no-console": "off",
      "meshbook/cast-needs-reason": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
    },
  },
  {
    files: ["workers/cli/**", "shared/base/emitter.ts", "shared/adapters/consoleLogger.ts"],
    rules: { "no-console": "off" },
  },
  {
    // Tool configuration and launchers that run before anything is built.
    files: ["**/*.js", "**/*.mjs", "**/*.cjs", "**/*.config.ts"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        module: "writable",
        setTimeout: "readonly",
      },
    },
    rules: { "no-restricted-syntax": "off", "no-console": "off" },
  },
  prettier,
);
