/** Modules that are loaded together, by what asks for them first: the page itself, and an open notebook. */
const ROOTS = [
  { name: "app", root: /\/renderer\/app\/main\.tsx$/ },
  { name: "notebook", root: /\/renderer\/notebook\/NotebookPage\.tsx$/ },
];

/**
 * The chunk of a module of ours: `app` if the page cannot start without it, else `notebook` if no notebook can open without
 * it, else none (it goes with the part that is loaded late). The bundler by itself makes a chunk for each combination of parts
 * that share a module, dozens of a few hundred bytes, each of which costs a round trip before the first picture.
 */
export function firstNeededBy(id, context) {
  return ROOTS.find(({ root }) => isNeededBy(id, root, context))?.name ?? null;
}

/** The page's own modules are three files: the browser runs each by itself, and in between does what waits. */
export const neededLibraries = (id, context) => partOfApp("libraries", /\/node_modules\//, id, context);
export const neededCore = (id, context) => partOfApp("core", /\/shared\//, id, context);

function partOfApp(name, test, id, context) {
  return test.test(id) && firstNeededBy(id, context) === "app" ? name : null;
}

/** Whether static imports lead from `root` to the module. */
function isNeededBy(id, root, context) {
  const seen = new Set([id]);
  for (const module of seen) {
    if (root.test(module)) return true;
    for (const importer of context.getModuleInfo(module)?.importers ?? []) seen.add(importer);
  }
  return false;
}
