# DataFrames of pandas and polars, from columns and to them (tables.py). No library is imported here that the cell has not
# imported or asked for. The build puts this behind kernel.py.


def _library_of(value):
    """The library whose DataFrame or Series it is."""
    for name in _FRAMES:
        library = sys.modules.get(name)
        if library is None:
            continue
        kinds = tuple(getattr(library, kind, None) for kind in ("DataFrame", "Series"))
        if all(isinstance(kind, type) for kind in kinds) and isinstance(value, kinds):
            return name
    return None


def _is_series(value):
    library = _library_of(value)
    return library is not None and isinstance(value, sys.modules[library].Series)


def _pandas_frame(table):
    import pandas

    frame = pandas.DataFrame({at: _to_pandas(column) for at, column in enumerate(table["columns"])})
    # Names may be there twice.
    frame.columns = [column["name"] for column in table["columns"]]
    return frame


def _to_pandas(column):
    import numpy
    import pandas

    kind, valid = column["kind"], column.get("valid")
    if kind in ("text", "value"):
        return pandas.Series(_listed(column), dtype=None if len(column["values"]) else object)
    values = numpy.asarray(column["values"])
    missing = None if valid is None else numpy.asarray(valid) == 0
    if kind == "time":
        return _times_to_pandas(column, values, missing)
    if kind == "boolean":
        values = values.view(bool)
        return values if missing is None else pandas.arrays.BooleanArray(values, missing)
    if missing is None:
        return values
    if values.dtype.kind == "f":
        return numpy.where(missing, numpy.nan, values)
    return pandas.arrays.IntegerArray(values, missing)


def _times_to_pandas(column, values, missing):
    import numpy
    import pandas

    times = numpy.round(values * 1000).astype("int64").view("datetime64[us]")
    if missing is not None:
        times[missing] = "NaT"
    try:
        series = pandas.Series(times)
    except pandas.errors.OutOfBoundsDatetime:
        # Older pandas knows the years from 1677 to 2262.
        return pandas.Series(_listed(column), dtype=object)
    return series if column.get("naive") else series.dt.tz_localize("UTC")


def _pandas_columns(value):
    import pandas

    frame = value
    if not isinstance(value, pandas.DataFrame):
        frame = value.to_frame("value" if value.name is None else value.name)
    columns = [(name, frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    if _has_labels(frame.index):
        levels = [frame.index.get_level_values(at) for at in range(frame.index.nlevels)]
        columns[:0] = [("index" if one.name is None else one.name, pandas.Series(one)) for one in levels]
    names = _unlike([" ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name) for name, _ in columns])
    return len(frame), [_from_pandas(name, series) for name, (_, series) in zip(names, columns)]


def _has_labels(index):
    """Numbers without a name only say where a row stood."""
    return index.nlevels > 1 or index.name is not None or index.dtype.kind not in "iu"


def _unlike(names):
    """Each name once: the second `a` is `a_2`."""
    unlike = {}
    for name in names:
        own, count = name, 1
        while own in unlike:
            count += 1
            own = f"{name}_{count}"
        unlike[own] = True
    return list(unlike)


def _from_pandas(name, series):
    import pandas

    dtype = series.dtype
    kind = "O" if isinstance(dtype, pandas.CategoricalDtype) else dtype.kind
    missing = series.isna().to_numpy(dtype=bool)
    valid = (~missing).view("uint8") if missing.any() else None
    column = {"name": name, "valid": valid}
    if kind in "iuf":
        size = {2: 4, 16: 8}.get(dtype.itemsize, dtype.itemsize) if kind == "f" else dtype.itemsize
        return column | {"kind": "number", "values": _numpy_values(series, f"{kind}{size}")}
    if kind == "b":
        return column | {"kind": "boolean", "values": _numpy_values(series, "bool").view("uint8")}
    if kind == "M":
        return column | {"kind": "time"} | _from_times(series, missing)
    return _list_column(name, [None if gone else one for one, gone in zip(series.tolist(), missing.tolist())])


def _numpy_values(series, kind):
    import numpy

    if isinstance(series.dtype, numpy.dtype):
        return numpy.ascontiguousarray(series.to_numpy(dtype=kind))
    # What is missing is said beside the values.
    return numpy.ascontiguousarray(series.to_numpy(dtype=kind, na_value=0))


def _from_times(series, missing):
    import numpy

    naive = getattr(series.dtype, "tz", None) is None
    if not naive:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    micros = series.to_numpy().astype("datetime64[us]").view("int64")
    return {"values": numpy.where(missing, 0, micros) / 1000, "naive": naive}


# Type of polars -> that of a buffer.
_CODES = {
    **{"Int8": "b", "Int16": "h", "Int32": "i", "Int64": "q", "UInt8": "B", "UInt16": "H", "UInt32": "I", "UInt64": "Q"},
    **{"Float32": "f", "Float64": "d"},
}


def _polars_frame(table):
    import polars

    names = _unlike([column["name"] for column in table["columns"]])
    return polars.DataFrame([_to_polars(name, column) for name, column in zip(names, table["columns"])])


def _to_polars(name, column):
    import polars

    kind, valid = column["kind"], column.get("valid")
    if kind == "value":
        return polars.Series(name, _listed(column), strict=False)
    if kind == "text":
        return polars.Series(name, _listed(column), dtype=polars.String)
    series = polars.Series(name, _numbers(column["values"]))
    if kind == "time":
        zone = None if column.get("naive") else "UTC"
        series = (series * 1000).round().cast(polars.Int64).cast(polars.Datetime("us", zone))
    elif kind == "boolean":
        series = series.cast(polars.Boolean)
    if valid is None:
        return series
    there = polars.Series(_numbers(valid)).cast(polars.Boolean)
    return polars.select(polars.when(there).then(series).alias(name)).to_series()


def _numbers(values):
    """Without a copy for each value, where numpy is there."""
    try:
        import numpy
    except ImportError:
        return values.tolist()
    return numpy.asarray(values)


def _polars_columns(value):
    import polars

    frame = value if isinstance(value, polars.DataFrame) else value.to_frame(value.name or "value")
    return frame.height, [_from_polars(series) for series in frame.get_columns()]


def _from_polars(series):
    import polars

    name, dtype = series.name, series.dtype
    valid = _buffer("B", series.is_not_null()) if series.null_count() else None
    column = {"name": name, "valid": valid}
    code = _CODES.get(str(dtype))
    if code is not None:
        return column | {"kind": "number", "values": _buffer(code, series.fill_null(0))}
    if dtype == polars.Boolean:
        return column | {"kind": "boolean", "values": _buffer("B", series.fill_null(False))}
    if dtype in (polars.Datetime, polars.Date):
        zone = getattr(dtype, "time_zone", None)
        micros = series.cast(polars.Datetime("us", zone)).cast(polars.Int64)
        values = _buffer("d", micros.fill_null(0).cast(polars.Float64) / 1000)
        return column | {"kind": "time", "values": values, "naive": zone is None}
    return _list_column(name, series.to_list())


def _buffer(code, series):
    try:
        import numpy
    except ImportError:
        return array.array(code, series.to_list())
    values = numpy.ascontiguousarray(series.to_numpy())
    return values.view("uint8") if values.dtype == bool else values


# Library -> how its DataFrame is made of columns, and columns of what is of it.
_FRAMES = {"pandas": (_pandas_frame, _pandas_columns), "polars": (_polars_frame, _polars_columns)}
