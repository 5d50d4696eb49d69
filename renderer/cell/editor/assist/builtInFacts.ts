/** Of functions that are built into JavaScript the language tells nothing: a table of those that beginners use. */
const KNOWN: Readonly<Record<string, readonly [signature: string, doc: string]>> = {
  "console.log": ["(...values)", "Prints values below the cell."],
  display: ["(...values)", "Shows values as the last expression of a cell is shown."],
  html: ["`markup`", "Markup to show. Values that are put in are escaped."],
  md: ["`text`", "Markdown to show."],
  "Math.max": ["(...numbers)", "The largest of the numbers."],
  "Math.min": ["(...numbers)", "The smallest of the numbers."],
  "Math.round": ["(number)", "The nearest whole number."],
  "Math.floor": ["(number)", "The next whole number below."],
  "Math.ceil": ["(number)", "The next whole number above."],
  "Math.abs": ["(number)", "The number without its sign."],
  "Math.sqrt": ["(number)", "The square root."],
  "Math.random": ["()", "A number from 0 up to, but not, 1."],
  "JSON.parse": ["(text, reviver?)", "The value that a text in JSON stands for."],
  "JSON.stringify": ["(value, replacer?, space?)", "The value as a text in JSON."],
  "Object.keys": ["(object)", "The names of an object’s own properties."],
  "Object.values": ["(object)", "The values of an object’s own properties."],
  "Object.entries": ["(object)", "Pairs of name and value of an object’s own properties."],
  "Object.fromEntries": ["(pairs)", "An object from pairs of name and value."],
  "Object.assign": ["(target, ...sources)", "Copies own properties of the sources to the target."],
  "Array.from": ["(iterable, map?)", "A list of what an iterable gives, or of { length }."],
  "Array.isArray": ["(value)", "Whether a value is a list."],
  "Number.isInteger": ["(value)", "Whether a value is a whole number."],
  parseInt: ["(text, radix?)", "The whole number at the start of a text."],
  parseFloat: ["(text)", "The number at the start of a text."],
  fetch: ["(address, options?)", "Asks the network; what cells may reach is limited."],
  setTimeout: ["(callback, milliseconds?, ...values)", "Calls back once, later."],
  setInterval: ["(callback, milliseconds?, ...values)", "Calls back again and again."],
  structuredClone: ["(value, options?)", "A deep copy of a value."],
};

/** The same for methods of lists and texts, whatever they are called on. */
const METHODS: Readonly<Record<string, readonly [signature: string, doc: string]>> = {
  map: ["(callback(item, index))", "A list of what the callback gives for each item."],
  filter: ["(test(item, index))", "A list of the items that pass the test."],
  reduce: ["(callback(sum, item, index), start?)", "Folds all items into one value."],
  forEach: ["(callback(item, index))", "Calls the function for each item."],
  find: ["(test(item, index))", "The first item that passes the test."],
  findIndex: ["(test(item, index))", "The place of the first item that passes the test, or -1."],
  some: ["(test(item, index))", "Whether any item passes the test."],
  every: ["(test(item, index))", "Whether every item passes the test."],
  slice: ["(start?, end?)", "A part, from start up to, but not, end."],
  splice: ["(start, count?, ...items)", "Takes items out of the list itself and puts others there."],
  push: ["(...items)", "Adds items to the end of the list itself."],
  sort: ["(compare(a, b)?)", "Sorts the list itself."],
  toSorted: ["(compare(a, b)?)", "A sorted copy."],
  join: ["(separator?)", "All items as one text."],
  includes: ["(value, start?)", "Whether the value is in it."],
  indexOf: ["(value, start?)", "The first place of the value, or -1."],
  split: ["(separator, limit?)", "A list of the parts of a text."],
  replace: ["(what, with)", "A text in which the first match is another."],
  replaceAll: ["(what, with)", "A text in which every match is another."],
  padStart: ["(length, filler?)", "The text, filled up at its start."],
  toFixed: ["(digits?)", "The number as a text with so many decimals."],
};

export interface BuiltInFacts {
  readonly signature: string;
  readonly doc: string;
}

export function builtInFacts(path: readonly string[]): BuiltInFacts | undefined {
  const whole = path.join(".");
  const name = path.at(-1) ?? "";
  const found = Object.hasOwn(KNOWN, whole)
    ? KNOWN[whole]
    : path.length > 1 && Object.hasOwn(METHODS, name)
      ? METHODS[name]
      : undefined;
  return found && { signature: found[0], doc: found[1] };
}
