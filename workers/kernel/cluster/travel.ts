import { DevalueError, parse, stringify } from "devalue";

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

/** Text of a part of the items, the first of which has place `start` among all. @throws TypeError as `pack` */
export function packPart(start: number, items: readonly unknown[]): string {
  try {
    return pack({ start, items }, "");
  } catch (error) {
    if (error instanceof TypeError) {
      error.message = error.message.replace(/^\.items\[(\d+)\]/, (_, at) => `items[${start + Number(at)}]`);
    }
    throw error;
  }
}

/** The value of a text that `pack` made. @throws if it is none */
export const unpack = (text: string): unknown => parse(text);
