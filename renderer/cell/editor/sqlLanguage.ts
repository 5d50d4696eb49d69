// Loaded when the first text in SQL is shown.

import { PostgreSQL, sql, SQLDialect } from "@codemirror/lang-sql";
import type { LanguageSupport } from "@codemirror/language";

/** What DuckDB has beside PostgreSQL, whose grammar it keeps to. */
const KEYWORDS =
  "anti asof describe exclude offset pivot positional qualify sample semi summarize unpivot columns glob ilike lambda limit";
const TYPES = "blob hugeint list map struct tinyint ubigint uhugeint uinteger usmallint utinyint varchar string double";
const FUNCTIONS =
  "arg_max arg_min avg count first histogram last list_aggregate max median min mode quantile range regexp_matches " +
  "stddev string_agg sum unnest date_trunc date_part strftime strptime round abs coalesce";

const { spec } = PostgreSQL;

/** SQL as DuckDB reads it. */
export const duckDbSql = (): LanguageSupport =>
  sql({
    dialect: SQLDialect.define({
      ...spec,
      keywords: `${spec.keywords ?? ""} ${KEYWORDS}`,
      types: `${spec.types ?? ""} ${TYPES}`,
      builtin: `${spec.builtin ?? ""} ${FUNCTIONS}`,
    }),
  });
