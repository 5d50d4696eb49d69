// What Python's text is read into: only as detailed as the dataflow needs. Operators, constants and the names of attributes
// and of keyword arguments are left out. Offsets are UTF-16 units of the source.

/** A name where it stands, in the one form that Python gives it (NFKC). */
export interface Name {
  readonly type: "Name";
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A string by itself, which may be documentation. Others are constants or, formatted, operations. */
export interface Text {
  readonly type: "Text";
  readonly from: number;
  readonly to: number;
}

/** Numbers, `None`, `...`, and what is missing where a cell is not finished. */
export interface Constant {
  readonly type: "Constant";
}

/** A tuple or a list: as a target, each element is one. `*x` is `x`. */
export interface Sequence {
  readonly type: "Sequence";
  readonly elements: readonly Expression[];
}

/** What is evaluated part by part, in this order: operators, displays, formatted strings, `yield`. */
export interface Operation {
  readonly type: "Operation";
  readonly parts: readonly Expression[];
}

/** `value.a(b)[c]`, the whole chain of it; `parts` are what stands in brackets. */
export interface Access {
  readonly type: "Access";
  readonly value: Expression;
  readonly parts: readonly Expression[];
  /** The chain calls something: what it ends at is no part of `value`. */
  readonly calls: boolean;
}

export interface Conditional {
  readonly type: "Conditional";
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

/** `target := value` */
export interface NamedExpression {
  readonly type: "NamedExpression";
  readonly target: Expression;
  readonly value: Expression;
}

export interface Lambda {
  readonly type: "Lambda";
  readonly parameters: Parameters;
  readonly body: Expression;
}

/** Of any kind. `elements`: key and value, in a dictionary. */
export interface Comprehension {
  readonly type: "Comprehension";
  readonly elements: readonly Expression[];
  /** At least one. */
  readonly clauses: readonly ComprehensionClause[];
}

export interface ComprehensionClause {
  readonly target: Expression;
  readonly iterated: Expression;
  readonly tests: readonly Expression[];
}

export type Expression =
  | Name
  | Text
  | Constant
  | Sequence
  | Operation
  | Access
  | Conditional
  | NamedExpression
  | Lambda
  | Comprehension;

export interface Parameters {
  readonly names: readonly Name[];
  readonly defaults: readonly Expression[];
  readonly annotations: readonly Expression[];
  /** With the parentheses, of a function that has them. */
  readonly from: number;
  readonly to: number;
}

/** `[T: bound = default, *Ts, **P]` */
export interface TypeParameters {
  readonly names: readonly Name[];
  /** Bounds and defaults. */
  readonly bounds: readonly Expression[];
}

/** `targets` are empty where a name is only annotated: it is `annotated`, then. */
export interface Assign {
  readonly type: "Assign";
  readonly targets: readonly Expression[];
  readonly annotated: Expression | undefined;
  readonly annotation: Expression | undefined;
  readonly value: Expression | undefined;
}

export interface AugmentedAssign {
  readonly type: "AugmentedAssign";
  readonly target: Expression;
  readonly value: Expression;
}

export interface Delete {
  readonly type: "Delete";
  readonly targets: readonly Expression[];
}

export interface Import {
  readonly type: "Import";
  readonly from: number;
  readonly names: readonly ImportedName[];
  /** `from m import *` */
  readonly everything: boolean;
}

/** The name that an import gives the cell. `package`: the head of `import a.b`; `import`: one without `as`. */
export interface ImportedName {
  readonly name: Name;
  readonly form: "name" | "import" | "package";
}

export interface ScopeStatement {
  readonly type: "Global" | "Nonlocal";
  readonly names: readonly Name[];
}

export interface FunctionDefinition {
  readonly type: "FunctionDefinition";
  readonly decorators: readonly Expression[];
  readonly name: Name | undefined;
  readonly typeParameters: TypeParameters | undefined;
  readonly parameters: Parameters;
  readonly returns: Expression | undefined;
  readonly body: readonly Statement[];
}

export interface ClassDefinition {
  readonly type: "ClassDefinition";
  readonly decorators: readonly Expression[];
  readonly name: Name | undefined;
  readonly typeParameters: TypeParameters | undefined;
  /** Values of keyword arguments, too. */
  readonly bases: readonly Expression[];
  readonly body: readonly Statement[];
}

export interface TypeAlias {
  readonly type: "TypeAlias";
  readonly name: Name;
  readonly typeParameters: TypeParameters | undefined;
  readonly value: Expression;
}

export interface If {
  readonly type: "If";
  /** `if` and each `elif`. */
  readonly clauses: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface For {
  readonly type: "For";
  readonly target: Expression;
  readonly iterated: Expression;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface While {
  readonly type: "While";
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface Try {
  readonly type: "Try";
  readonly body: readonly Statement[];
  readonly handlers: readonly ExceptHandler[];
  readonly otherwise: readonly Statement[] | undefined;
  readonly last: readonly Statement[] | undefined;
}

export interface ExceptHandler {
  readonly caught: Expression | undefined;
  readonly name: Name | undefined;
  readonly body: readonly Statement[];
}

export interface With {
  readonly type: "With";
  readonly items: readonly WithItem[];
  readonly body: readonly Statement[];
}

export interface WithItem {
  readonly manager: Expression;
  readonly target: Expression | undefined;
}

export interface Match {
  readonly type: "Match";
  readonly subject: Expression;
  readonly cases: readonly MatchCase[];
}

export interface MatchCase {
  readonly pattern: Pattern;
  readonly guard: Expression | undefined;
  readonly body: readonly Statement[];
}

/** A pattern is a name that it gives a value, a name that it reads, or made of others. */
export type Pattern =
  | { readonly type: "Capture"; readonly name: Name }
  | { readonly type: "Value"; readonly name: Name }
  | { readonly type: "Patterns"; readonly parts: readonly Pattern[] };

export type Statement =
  | Expression
  | Assign
  | AugmentedAssign
  | Delete
  | Import
  | ScopeStatement
  | FunctionDefinition
  | ClassDefinition
  | TypeAlias
  | If
  | For
  | While
  | Try
  | With
  | Match;

/** A cell. */
export interface Script {
  readonly body: readonly Statement[];
  /** First names of the modules that are imported anywhere in it. */
  readonly modules: ReadonlySet<string>;
  /** Offset of the first place where it is no Python. */
  readonly mistake: number | undefined;
  /** It was not read to its end, because it is nested more deeply than Python itself allows. */
  readonly tooDeep: boolean;
}

export const CONSTANT: Constant = { type: "Constant" };
export const NO_PATTERN: Pattern = { type: "Patterns", parts: [] };
