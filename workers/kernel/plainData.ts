/** Values (numbers, texts, lists, objects) in one JSON tree that is still pleasant to look at. */
const NODE_LIMIT = 2_000;
const DEPTH_LIMIT = 12;
/** Characters of all texts in it. */
const TEXT_LIMIT = 32 * 1024;

/**
 * True if `value` is a list or plain object that JSON can hold without losing anything, and small. Instances of
 * classes, maps, dates, functions, `undefined`, NaN, getters and cycles are no plain data.
 */
export function isPlainData(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return fits(value, 0, { nodes: NODE_LIMIT, text: TEXT_LIMIT });
}

function fits(value: unknown, depth: number, left: { nodes: number; text: number }): boolean {
  if (--left.nodes < 0 || depth > DEPTH_LIMIT) return false;
  switch (typeof value) {
    case "string":
      return (left.text -= value.length) >= 0;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "boolean":
      return true;
    case "object":
      return value === null || (Array.isArray(value) ? listFits(value, depth, left) : objectFits(value, depth, left));
    default:
      return false;
  }
}

function listFits(list: readonly unknown[], depth: number, left: { nodes: number; text: number }): boolean {
  if (list.length > left.nodes || Object.getPrototypeOf(list) !== Array.prototype) return false;
  for (let index = 0; index < list.length; index++) {
    if (!(index in list) || !fits(list[index], depth + 1, left)) return false;
  }
  return Object.keys(list).length === list.length;
}

function objectFits(object: object, depth: number, left: { nodes: number; text: number }): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if (Object.getOwnPropertySymbols(object).length > 0 || "toJSON" in object) return false;
  return Object.keys(object).every((key) => {
    const property = Object.getOwnPropertyDescriptor(object, key);
    left.text -= key.length;
    return property !== undefined && "value" in property && fits(property.value, depth + 1, left);
  });
}
