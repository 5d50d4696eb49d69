import { DevalueError, parse, stringify } from "devalue";

/** Items, and the place of the first among all. */
export interface TaskArgument {
  readonly start: number;
  readonly items: readonly unknown[];
  /** Each item has an `Outcome`, and one that fails keeps no other from being worked on. */
  readonly each?: boolean;
}

/** Text of a value that travels between computers. @throws TypeError that names the value and the reason */
export function pack(value: unknown, name: string): string {
  try {
    return stringify(value);
  } catch (error) {
    if (!(error instanceof DevalueError)) throw error;
    const reason = error.message.replace(/^Cannot stringify /, "").replace(/ \(.*\)$/, "");
    throw new TypeError(`${name}${error.path} cannot travel to another computer: ${reason}`, { cause: error });
  }
}

/** Text of what a task is called with, a `TaskArgument`. @throws TypeError as `pack` */
export function packPart(argument: TaskArgument): string {
  try {
    return pack(argument, "");
  } catch (error) {
    if (error instanceof TypeError) {
      error.message = error.message.replace(/^\.items\[(\d+)\]/, (_, at) => `items[${argument.start + Number(at)}]`);
    }
    throw error;
  }
}

/** The value of a text that `pack` made. @throws if it is none */
export const unpack = (text: string): unknown => parse(text);
