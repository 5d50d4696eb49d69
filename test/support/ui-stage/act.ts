import type { Page } from "playwright";

export interface Act {
  readonly scene: string;
  readonly play: (page: Page) => Promise<void>;
}

export const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
