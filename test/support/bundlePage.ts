import { rolldown } from "rolldown";
import { promptTicks } from "../../renderer/build/promptTicks.mjs";

/** Bundles a test's page script (`import.meta.resolve`d path or file path) into one classic script. */
export async function bundlePage(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    // As the app is built.
    plugins: [promptTicks()],
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
  });
  const { output } = await bundle.generate({ format: "iife", codeSplitting: false });
  await bundle.close();
  return output[0].code;
}
