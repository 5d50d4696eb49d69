import { err, ok, type Result } from "../../base/result.ts";

/** What the name of a wheel says (PEP 427). */
export interface WheelName {
  readonly name: string;
  readonly version: string;
}

/** Python 3, or a 3 that the Python of this build can stand for. */
const PYTHON_3 = /^(?:py|cp)3\d{0,2}$/;

/**
 * Reads the name of a wheel that is to run here. The error is for people, without the name: it is compiled for some
 * computer, is of Python 2, or is no name of a wheel.
 */
export function readWheelName(file: string): Result<WheelName, string> {
  const parts = file.replace(/\.whl$/, "").split("-");
  const [name = "", version = ""] = parts;
  if (!file.endsWith(".whl") || parts.length < 5 || parts.length > 6 || name === "" || version === "") {
    return err("its name is none of a wheel: name-version-py3-none-any.whl");
  }
  const [python = "", abi = "", platform = ""] = parts.slice(-3).map((part) => part);
  if (!platform.split(".").includes("any") || !abi.split(".").includes("none")) {
    return err(
      `it holds programs compiled for ${platformInWords(platform)}, and Python here runs in none of those. ` +
        "Take the wheel whose name ends with -none-any.whl, if there is one; numpy, pandas and others that exist for " +
        "this Python are simply imported, without a file",
    );
  }
  if (!python.split(".").some((tag) => PYTHON_3.test(tag))) {
    return err(`it is for another Python (${python}). Take one whose name has py3`);
  }
  return ok({ name, version });
}

function platformInWords(platform: string): string {
  if (/linux/.test(platform)) return "Linux";
  if (/^win/.test(platform)) return "Windows";
  if (/^macosx/.test(platform)) return "macOS";
  if (/ios|android/.test(platform)) return "phones";
  if (/wasm|emscripten/.test(platform)) return `another build (${platform})`;
  return platform === "any" ? "one version of Python" : platform;
}

/** A browser that has a file of this name already saves the next one as `name (1).whl`. */
export const withoutCopyNumber = (file: string): string => file.replace(/\s*\(\d{1,3}\)(?=\.whl$)/, "");
