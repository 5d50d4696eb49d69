import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface StageOptions {
  /** Where the stage is served, with a slash at its end. */
  readonly base: string;
  readonly scene: string;
  readonly theme?: string;
  readonly width?: number;
  /** A screen tall enough for most notebooks: what is far from the screen waits to be scrolled to. */
  readonly tall?: boolean;
  /** Called with the page before anything is loaded into it, so that nothing that it does is missed. */
  readonly watch?: (page: Page) => void;
}

/** Opens one scene. What comes later must be waited for. */
export async function openStage(
  browser: Browser,
  { base, scene, theme = "light", width = 1280, tall = true, watch }: StageOptions,
): Promise<Page> {
  const height = tall && scene.startsWith("notebook") ? 2_000 : 860;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme === "dark" ? "dark" : "light",
    reducedMotion: "reduce",
    deviceScaleFactor: width < 600 ? 2 : 1,
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(`${scene}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") console.log(`${scene}: ${message.text()}`);
  });
  watch?.(page);
  await page.goto(`${base}?scene=${scene}&theme=${theme}`);
  await page.waitForSelector("#root > *");
  return page;
}

/** Longest wait for a quiet network (milliseconds): a request that a frame's policy stopped is sometimes never told to have ended. */
const NETWORK_PATIENCE = 10_000;

/** Resolves when everything that comes in its own time is there: editors, formulas, frames that find their heights. */
export async function standStill(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle", { timeout: NETWORK_PATIENCE }).catch(() => undefined);
  await page.evaluate(async () => {
    // Somebody is there, without pointing at anything: editors come only then.
    dispatchEvent(new PointerEvent("pointermove"));
    const look = (): string => `${document.documentElement.scrollHeight} ${document.querySelectorAll("*").length}`;
    for (let [last, still] = ["", 0]; still < 6;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = look();
      still = now === last ? still + 1 : 0;
      last = now;
    }
  });
}

interface AxeViolation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** Serious and critical violations of WCAG 2.2 A and AA, one line each. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const violations = await page.evaluate<readonly AxeViolation[]>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((result) => result.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(" ")).join(", ")})`);
}
