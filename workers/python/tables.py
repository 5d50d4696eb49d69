# Tables on their way between languages, as columns of bytes (workers/kernel/tables/ColumnTable.ts), and how they are shown.
# The build puts this behind kernel.py.

import array

# Lists of fewer records go as they are: the detour costs more than it saves.
_RECORDS = 1_000
# Bytes of a table that is shown whole, as showResult.ts for SQL: it goes into every reader's store.
_SHOWN_LIMIT = 3 * 1024 * 1024
# Rows by which the size of the others is guessed.
_SAMPLE = 100
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_INT64 = 2**63
# From here on a number of JavaScript is not exact.
_UNSAFE = 2**53


def table_of(cell, name):
    """A value that is a table, as columns for other languages; None for what is none."""
    import js
    from pyodide.ffi import to_js

    value = vars(_cells[cell]).get(name)
    # A Series is a list to others.
    found = None if _is_series(value) else _columns_of(value)
    if found is None:
        return None
    rows, columns = found
    try:
        for column in columns:
            if column["kind"] == "value":
                column["values"] = [_travel(one, name, to_js, []) for one in column["values"]]
    except TypeError as error:
        _host.refuse(str(error))
        return None
    return to_js({"rows": rows, "columns": columns}, dict_converter=js.Object.fromEntries)


def _columns_of(value):
    """(rows, columns) of a DataFrame, a Series or a long list of records that are alike; None for everything else."""
    library = _library_of(value)
    return _record_columns(value) if library is None else _FRAMES[library][1](value)


# From other languages


def _read_table(table, library):
    """A table as the cell wants it: of a library, where its package is there, or a list of dicts."""
    if library is not None:
        try:
            return _FRAMES[library][0](table)
        except ImportError:
            # The cell's own import says why it is not there.
            pass
    return _records(table)


def _records(table):
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row)) for row in zip(*map(_listed, table["columns"]))]


def _listed(column):
    """The values of a column, one by one."""
    kind, values, valid = column["kind"], column["values"], column.get("valid")
    if kind == "text":
        values = _texts(values, column["offsets"])
    elif kind == "boolean":
        values = map(bool, values)
    elif kind == "time":
        values = [_EPOCH + datetime.timedelta(milliseconds=one) for one in values]
    elif column.get("whole"):
        values = [int(one) if one.is_integer() and abs(one) < _UNSAFE else one for one in values]
    elif hasattr(values, "tolist"):
        values = values.tolist()
    return list(values) if valid is None else [one if there else None for one, there in zip(values, valid)]


def _texts(data, offsets):
    data, ends = bytes(data), offsets.tolist()
    if data.isascii():
        text = data.decode()
        return [text[start:end] for start, end in itertools.pairwise(ends)]
    return [data[start:end].decode(errors="replace") for start, end in itertools.pairwise(ends)]


# To other languages


def _record_columns(value):
    if type(value) is not list or len(value) < _RECORDS or type(value[0]) is not dict:
        return None
    names = list(value[0])
    keys = value[0].keys()
    if not names or not all(type(name) is str for name in names):
        return None
    if not all(type(row) is dict and row.keys() == keys for row in value):
        return None
    return len(value), [_list_column(name, [row[name] for row in value]) for name in names]


def _list_column(name, values):
    """A column of values that were objects: of bytes, if they are of one kind."""
    kinds = set(map(type, values))
    valid = array.array("B", [one is not None for one in values]) if type(None) in kinds else None
    kinds.discard(type(None))
    column = {"name": name, "valid": valid}
    given = values if valid is None else (0 if one is None else one for one in values)
    if kinds == {str}:
        return column | {"kind": "text"} | _joined(values)
    if kinds == {bool}:
        return column | {"kind": "boolean", "values": array.array("B", given)}
    if kinds == {int} and all(-_INT64 <= one < _INT64 for one in values if one is not None):
        return column | {"kind": "number", "values": array.array("q", given)}
    if kinds == {float}:
        return column | {"kind": "number", "values": array.array("d", given)}
    if kinds == {datetime.datetime}:
        times = (0 if one is None else one.timestamp() * 1000 for one in values)
        return column | {"kind": "time", "values": array.array("d", times), "naive": False}
    return {"name": name, "kind": "value", "values": values}


def _joined(texts):
    parts = ["" if one is None else one for one in texts]
    whole = "".join(parts)
    if whole.isascii():
        data = whole.encode()
    else:
        parts = [one.encode(errors="replace") for one in parts]
        data = b"".join(parts)
    return {"values": data, "offsets": array.array("i", [0, *itertools.accumulate(map(len, parts))])}


def _table_size(value):
    """About how many bytes the columns of a DataFrame or Series take."""
    if _library_of(value) == "polars":
        return int(value.estimated_size())
    return int(value.memory_usage() if _is_series(value) else value.memory_usage().sum())


def _plain_values(value):
    """A DataFrame as a list of dicts; a Series as bytes if no value of it is missing, else as a list."""
    columns = _columns_of(value)[1]
    if not _is_series(value):
        return _records({"columns": columns})
    column = columns[-1]
    return column["values"] if column["kind"] == "number" and column["valid"] is None else _listed(column)


# As outputs


def _resource(value):
    """A DataFrame or Series as a table that readers can sort and search; of a large one the first rows."""
    sample = _resource_rows(value[:_SAMPLE])[1]
    size = len(json.dumps(sample, ensure_ascii=False).encode(errors="replace")) / max(1, len(sample))
    fields, data = _resource_rows(value[: max(1, int(_SHOWN_LIMIT / max(1, size)))])
    return {"schema": {"fields": fields}, "data": data}


def _resource_rows(value):
    _, columns = _columns_of(value)
    names = [column["name"] for column in columns]
    fields = [{"name": column["name"], "type": _field_type(column)} for column in columns]
    return fields, [dict(zip(names, row)) for row in zip(*map(_shown_values, columns))]


def _field_type(column):
    if column["kind"] != "number":
        return {"boolean": "boolean", "time": "datetime"}.get(column["kind"], "string")
    return "number" if _format(column["values"]) in "fd" else "integer"


def _format(values):
    return memoryview(values).format


def _shown_values(column):
    values = _listed(column)
    if column["kind"] == "time":
        if not column["naive"]:
            return [one and str(one) for one in values]
        days = all(one is None or one.time() == datetime.time() for one in values)
        return [one and str(one.date() if days else one.replace(tzinfo=None)) for one in values]
    return list(map(_shown_value, values))


def _shown_value(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < _UNSAFE else str(value)
    if isinstance(value, float):
        # JSON has no word for the others.
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    return str(value)
