/** Words that are no name of a table, or not everywhere: DuckDB's own, of all kinds but `unreserved`. */
const WORDS = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
  deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect into
  lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify
  references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic
  when where window with anti asof at authorization binary by collation columns concurrently cross freeze full generated glob
  ilike inner is isnull join left like map natural notnull outer overlaps positional right semi similar struct tablesample
  try_cast unpack verbose between bigint bit boolean char character coalesce dec decimal exists extract float grouping
  grouping_id inout int integer interval national nchar none nullif numeric out overlay position precision real row setof
  smallint substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest
  xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
);

/** A name as SQL can read it: in quotes, if it must be. */
export const quoteName = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !WORDS.has(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`;
