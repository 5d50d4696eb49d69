import { isSymbol, keyword, type SqlToken } from "./sqlTokens.ts";

/** A word, or what stands between parentheses. */
type Item = SqlToken | readonly Item[];

const isGroup = (item: Item | undefined): item is readonly Item[] => Array.isArray(item);
const wordOf = (item: Item | undefined): string => (item === undefined || isGroup(item) ? "" : keyword(item));
const isComma = (item: Item | undefined): boolean => item !== undefined && !isGroup(item) && isSymbol(item, ",");

/** What a query begins with. Between other parentheses FROM belongs to a function: `extract(year FROM day)`. */
const QUERY = new Set([
  "SELECT",
  "WITH",
  "FROM",
  "VALUES",
  "TABLE",
  "PIVOT",
  "UNPIVOT",
  "DESCRIBE",
  "SUMMARIZE",
  "SHOW",
]);
/** What ends a list of tables. */
const AFTER_TABLES = new Set(
  "WHERE GROUP ORDER HAVING LIMIT OFFSET SELECT UNION EXCEPT INTERSECT QUALIFY WINDOW RETURNING SET VALUES".split(" "),
);
/** What may stand between CREATE, DROP or ALTER and the name. */
const BEFORE_NAME = new Set("OR REPLACE TEMP TEMPORARY RECURSIVE TABLE VIEW IF NOT EXISTS".split(" "));

/** Names of tables mean the same in capitals or not. */
export const isSameTable = (one: string, other: string): boolean => one.toUpperCase() === other.toUpperCase();

/** Names that WITH gives, in the part of a statement that sees them. */
type Scope = ReadonlySet<string>;

/**
 * Which tables statements read, and which they make or change. A name with a schema before it is none of the notebook's,
 * but for DuckDB's own `main`. Names are given as they are written; in capitals or not, they mean the same in SQL.
 */
export class SqlNames {
  readonly reads = new Set<string>();
  readonly defines = new Set<string>();
  /** Where they are named, by their place. */
  readonly tokens = new Map<number, SqlToken>();
  /** In capitals: made here, or dropped, so that there is nothing to read any more. */
  readonly #known = new Set<string>();

  /** Statements in order. What one makes the next does not read from a cell. */
  statement(tokens: readonly SqlToken[]): void {
    const items = grouped(tokens);
    const first = wordOf(items[0]);
    const at = items.findIndex((item) => !BEFORE_NAME.has(wordOf(item)) && wordOf(item) !== first);
    if (first === "CREATE" || first === "DROP" || first === "ALTER") this.#definition(first, items, at);
    else if (first === "UPDATE" || first === "TRUNCATE") this.#change(items, at);
    else if (first === "INSERT" || first === "MERGE" || first === "DELETE") {
      const target = items.findIndex((item) => wordOf(item) === "INTO" || wordOf(item) === "FROM");
      if (target >= 0) this.#change(items, target + 1);
    }
    this.#query(items, new Set(), true);
  }

  #definition(first: string, items: readonly Item[], at: number): void {
    const kind = items.slice(0, at).map(wordOf);
    const [token] = nameAt(items, at);
    if (token === undefined || !(kind.includes("TABLE") || kind.includes("VIEW"))) return;
    const { text: name } = token;
    if (first === "ALTER") this.#change(items, at);
    else if (first === "DROP") {
      this.tokens.set(token.start, token);
      this.#known.add(name.toUpperCase());
      for (const made of this.defines) if (isSameTable(made, name)) this.defines.delete(made);
    } else this.#define(token);
  }

  #change(items: readonly Item[], at: number): void {
    const [token] = nameAt(items, at);
    if (token === undefined) return;
    this.#read(token, new Set());
    this.#define(token);
  }

  #define(token: SqlToken): void {
    const { text: name, start } = token;
    this.tokens.set(start, token);
    this.#known.add(name.toUpperCase());
    if (![...this.defines].some((made) => isSameTable(made, name))) this.defines.add(name);
  }

  #read(token: SqlToken, scope: Scope): void {
    const { text: name, start } = token;
    if (scope.has(name.toUpperCase())) return;
    this.tokens.set(start, token);
    // What an earlier statement made is there already.
    if (!this.#known.has(name.toUpperCase())) this.reads.add(name);
  }

  /** `isQuery`: FROM has its tables behind it. */
  #query(items: readonly Item[], outer: Scope, isQuery: boolean): void {
    let scope = outer;
    let inTables = false;
    for (let at = 0; at < items.length; at++) {
      const item = items[at];
      const word = wordOf(item);
      if (isGroup(item)) this.#group(item, scope);
      else if (word === "WITH") [at, scope] = this.#with(items, at + 1, scope);
      else if (AFTER_TABLES.has(word)) inTables = false;
      else if (word === "FROM" && isQuery && wordOf(items[at - 1]) !== "DISTINCT") {
        inTables = true;
        at = this.#table(items, at + 1, scope);
      } else if (this.#isBeforeTable(items, at, isQuery) || (inTables && isComma(item))) {
        at = this.#table(items, at + 1, scope);
      }
    }
  }

  #isBeforeTable(items: readonly Item[], at: number, isQuery: boolean): boolean {
    const word = wordOf(items[at]);
    if (word === "JOIN") return true;
    if (word === "USING") return !isGroup(items[at + 1]) && wordOf(items[at + 1]) !== "SAMPLE";
    const starts = at === 0 && isQuery && ["TABLE", "PIVOT", "UNPIVOT", "DESCRIBE", "SUMMARIZE", "SHOW"].includes(word);
    return starts && !QUERY.has(wordOf(items[at + 1])) && wordOf(items[at + 1]) !== "TABLES";
  }

  #group(items: readonly Item[], scope: Scope): void {
    this.#query(items, scope, QUERY.has(wordOf(items[0])));
  }

  /** `name AS (…), …`: each sees those before it, and itself only if it is recursive. */
  #with(items: readonly Item[], from: number, outer: Scope): [at: number, scope: Scope] {
    const recursive = wordOf(items[from]) === "RECURSIVE";
    const scope = new Set(outer);
    for (let at = recursive ? from + 1 : from; ;) {
      const [token] = nameAt(items, at);
      const body = indexFrom(items, at + 1, (item) => wordOf(item) === "AS");
      const query = indexFrom(items, body + 1, isGroup);
      const group = items[query];
      if (token === undefined || body < 0 || !isGroup(group)) return [at - 1, scope];
      if (recursive) scope.add(token.text.toUpperCase());
      this.#group(group, scope);
      scope.add(token.text.toUpperCase());
      if (!isComma(items[query + 1])) return [query, scope];
      at = query + 2;
    }
  }

  /** A table, or what gives one, at `from`. Gives the place of its last item. */
  #table(items: readonly Item[], from: number, scope: Scope): number {
    const at = ["LATERAL", "ONLY"].includes(wordOf(items[from])) ? from + 1 : from;
    const item = items[at];
    if (isGroup(item)) {
      if (QUERY.has(wordOf(item[0]))) this.#group(item, scope);
      // `FROM (a JOIN b)`
      else this.#query([FROM, ...item], scope, true);
      return at;
    }
    const [token, end] = nameAt(items, at);
    // `FROM range(10)` is a function.
    if (end > at && isGroup(items[end])) return end - 1;
    if (token !== undefined) this.#read(token, scope);
    return Math.max(end - 1, from - 1);
  }
}

function indexFrom(items: readonly Item[], from: number, test: (item: Item) => boolean): number {
  for (let at = from; at < items.length; at++) {
    const item = items[at];
    if (item !== undefined && test(item)) return at;
  }
  return -1;
}

const FROM: SqlToken = { kind: "word", text: "FROM", start: 0, end: 0 };

/** A name, and the place behind it. Without a name if it is another schema's. */
function nameAt(items: readonly Item[], at: number): [name: SqlToken | undefined, end: number] {
  const parts: SqlToken[] = [];
  let end = at;
  for (;;) {
    const item = items[end];
    if (item === undefined || isGroup(item) || (item.kind !== "word" && item.kind !== "name")) break;
    parts.push(item);
    const dot = items[end + 1];
    if (dot === undefined || isGroup(dot) || !isSymbol(dot, ".")) {
      end++;
      break;
    }
    end += 2;
  }
  const name = parts.at(-1);
  const ours = parts.length === 1 || (parts.length === 2 && parts[0]?.text.toLowerCase() === "main");
  return [ours ? name : undefined, end];
}

/** Words with those between parentheses put together; brackets and braces count as parentheses. */
function grouped(tokens: readonly SqlToken[]): readonly Item[] {
  const root: Item[] = [];
  const open: Item[][] = [root];
  for (const token of tokens) {
    const here = open.at(-1) ?? root;
    if (token.kind === "symbol" && "([{".includes(token.text)) {
      const group: Item[] = [];
      here.push(group);
      open.push(group);
    } else if (token.kind === "symbol" && ")]}".includes(token.text)) {
      if (open.length > 1) open.pop();
    } else here.push(token);
  }
  return root;
}
