import { systemClock } from "#shared/adapters/systemClock.ts";
import type { LendingPorts, LentKernel } from "#shared/ports/LendingPorts.ts";
import { kernelCount } from "#shared/session/KernelPool.ts";
import type { LanguageLoaders } from "../runner/LanguageStarters.ts";
import { RunnerFrame } from "../runner/RunnerFrame.ts";
import { createReadableKey } from "../signer/deviceKey.ts";
import { WebSigner } from "../signer/WebSigner.ts";
import { createHiddenClock } from "./hiddenClock.ts";
import { pagePower, type BatterySource } from "./pagePower.ts";

/** Kernels of this page for others: frames like those of its own notebooks, one for each kernel, without packages. */
export function pageLending(url: string, loaders: LanguageLoaders, subtle: SubtleCrypto | undefined): LendingPorts {
  return {
    mostSlots: kernelCount(navigator.hardwareConcurrency),
    languages: ["javascript", "python", "sql"],
    clock: createHiddenClock(),
    // reason: TypeScript's DOM does not know of batteries, which some browsers have and some have not.
    power: pagePower(navigator as BatterySource),
    identity: async () => new WebSigner(await createReadableKey(), subtle),
    start: async (): Promise<LentKernel> => {
      const frame = new RunnerFrame({ clock: systemClock, url, ...loaders });
      try {
        const kernel = await frame.start();
        const close = (): void => {
          kernel.close();
          frame.close();
        };
        return { kernel, close };
      } catch (error) {
        frame.close();
        throw error;
      }
    },
  };
}
