# DataFrames and Series of pandas and polars as text for other computers (travel.py), column by column. What comes out is the
# same table, with its index and its types; what would be another one is refused. The build puts this behind kernel.py.


def _packed_frame(value, name, depth):
    """Library and content of a DataFrame or Series, or None. Raises TypeError with the column that cannot travel."""
    library = _library_of(value)
    if library is None:
        return None
    kinds = (sys.modules[library].DataFrame, sys.modules[library].Series)
    # A kind made of these has more than columns.
    return (library, _FRAME_PACKERS[library][0](value, name, depth + 1)) if type(value) in kinds else None


def _refuse_column(name, dtype):
    raise TypeError(f"{name} cannot travel to another computer: it is a column of the type {dtype}")


def _packed_pandas(value, name, depth):
    import pandas

    of = {"index": _packed_index(value.index, f"{name}.index", depth)}
    if isinstance(value, pandas.Series):
        return of | {
            "name": _packed(value.name, f"{name}.name", depth),
            "values": _packed_column(value, name, depth),
        }
    # Labels may be there twice, so columns are taken by place.
    columns = [(label, value.iloc[:, at]) for at, label in enumerate(value.columns)]
    return of | {
        "labels": _packed_index(value.columns, f"{name}.columns", depth),
        "columns": [_packed_column(column, f"{name}[{label!r}]", depth) for label, column in columns],
    }


def _unpacked_pandas(of):
    import pandas

    if "labels" not in of:
        series = _unpacked_column(of["values"])
        series.index = _unpacked_index(of["index"])
        return series.rename(of["name"])
    index = _unpacked_index(of["index"])
    columns = map(_unpacked_column, of["columns"])
    frame = pandas.DataFrame(dict(enumerate(columns)), index=range(len(index)))
    frame.columns = _unpacked_index(of["labels"])
    frame.index = index
    return frame


def _packed_index(index, name, depth):
    import pandas

    names = _packed_all(index.names, f"{name}.names", depth)
    if isinstance(index, pandas.RangeIndex):
        return {"names": names, "range": [index.start, index.stop, index.step]}
    levels = [pandas.Series(index.get_level_values(at)) for at in range(index.nlevels)]
    packed = [_packed_column(level, name, depth) for level in levels]
    return {"names": names, "levels": packed, "many": isinstance(index, pandas.MultiIndex), "step": _step_of(index)}


def _step_of(index):
    """The step of dates or times as text; None without one, and for one that its text does not tell, as one with holidays."""
    import pandas

    step = getattr(index, "freqstr", None)
    return step if step is not None and pandas.tseries.frequencies.to_offset(step) == index.freq else None


def _unpacked_index(of):
    import pandas

    if "range" in of:
        return pandas.RangeIndex(*of["range"], name=of["names"][0])
    levels = list(map(_unpacked_column, of["levels"]))
    if of["many"]:
        return pandas.MultiIndex.from_arrays(levels, names=of["names"])
    index = pandas.Index(levels[0], name=of["names"][0])
    if of.get("step") is not None:
        index.freq = of["step"]
    return index


def _packed_column(series, name, depth):
    import numpy
    import pandas

    dtype = series.dtype
    of = {"type": str(dtype)}
    if isinstance(dtype, pandas.CategoricalDtype):
        categories = _packed_index(dtype.categories, f"{name}.cat.categories", depth)
        return of | {"codes": _packed_numbers(series.cat.codes), "categories": categories, "ordered": dtype.ordered}
    if isinstance(dtype, pandas.DatetimeTZDtype):
        zone = _zone_of(dtype) or _refuse_column(name, dtype)
        return of | {"zone": zone, "values": _packed_numbers(series.dt.tz_convert("UTC").dt.tz_localize(None))}
    if isinstance(dtype, numpy.dtype) and dtype.kind in "iufcbmM":
        return of | {"values": _packed_numbers(series)}
    numbers = getattr(dtype, "numpy_dtype", None)
    if numbers is not None and numbers.kind in "iufb":
        missing = series.isna().to_numpy(dtype=bool)
        values = series.to_numpy(dtype=numbers, na_value=0)
        return of | {"values": _packed_numbers(values), "missing": _packed_numbers(missing)}
    if isinstance(dtype, pandas.StringDtype):
        return of | {"values": [None if pandas.isna(one) else one for one in series.tolist()]}
    if dtype == object:
        return of | {"values": _packed_all(series.tolist(), name, depth)}
    return _refuse_column(name, dtype)


def _zone_of(dtype):
    """The name of a time zone; None for one that has none by which it would be found elsewhere."""
    import pandas

    try:
        return str(pandas.DatetimeTZDtype("ns", str(dtype.tz)).tz)
    except Exception:
        return None


def _packed_numbers(values):
    """Any that numpy has, without objects."""
    import numpy

    tag, packed = _tagged_numpy(numpy.asarray(values))
    return {_TAG: tag, "v": packed}


def _unpacked_column(of):
    import pandas

    values = of["values"] if "values" in of else None
    if "codes" in of:
        categories = _unpacked_index(of["categories"])
        return pandas.Series(pandas.Categorical.from_codes(of["codes"], categories, ordered=of["ordered"]))
    if "zone" in of:
        return pandas.Series(values).dt.tz_localize("UTC").dt.tz_convert(of["zone"])
    if "missing" in of:
        series = pandas.Series(values).astype(of["type"])
        series[of["missing"]] = pandas.NA
        return series
    return pandas.Series(values, dtype=of["type"] if isinstance(values, list) else None)


def _packed_polars(value, name, depth):
    import polars

    whole = isinstance(value, polars.DataFrame)
    columns = [(f"{name}[{one.name!r}]", one) for one in value.get_columns()] if whole else [(name, value)]
    return {"whole": whole, "columns": [_packed_polars_column(one, place, depth) for place, one in columns]}


def _unpacked_polars(of):
    import polars

    columns = list(map(_unpacked_polars_column, of["columns"]))
    return polars.DataFrame(columns) if of["whole"] else columns[0]


def _packed_polars_column(series, name, depth):
    import polars

    dtype = series.dtype
    of = {"name": series.name, "type": _polars_type(dtype) or _refuse_column(name, dtype)}
    if dtype in (polars.String, polars.Null, polars.List):
        return of | {"values": _packed_all(series.to_list(), name, depth)}
    column = _from_polars(series)
    valid = None if column["valid"] is None else bytes(column["valid"])
    given = {"code": _format(column["values"]), "bytes": bytes(column["values"]), "valid": valid}
    return of | {"column": column["kind"], "naive": column.get("naive")} | _packed(given, name, depth)


def _unpacked_polars_column(of):
    import polars

    name, dtype = of["name"], _polars_dtype(*of["type"])
    if "values" in of:
        return polars.Series(name, of["values"], dtype=dtype)
    valid = None if of["valid"] is None else array.array("B", of["valid"])
    values = array.array(of["code"], of["bytes"])
    return _to_polars(name, {"kind": of["column"], "values": values, "valid": valid, "naive": of["naive"]}).cast(dtype)


def _polars_type(dtype):
    """A type as data; None for those whose values would not come back as they are."""
    import polars

    if dtype == polars.Datetime:
        # Columns have microseconds.
        return None if dtype.time_unit == "ns" else ["Datetime", dtype.time_unit, dtype.time_zone]
    if dtype == polars.List:
        inner = _polars_type(dtype.inner)
        return None if inner is None or inner[0] == "Datetime" else ["List", inner]
    return [str(dtype)] if str(dtype) in (*_CODES, "Boolean", "Date", "Null", "String") else None


def _polars_dtype(kind, *of):
    import polars

    if kind == "List":
        return polars.List(_polars_dtype(*of[0]))
    return getattr(polars, kind)(*of) if of else getattr(polars, kind)


# Library -> how its tables become text, and come back.
_FRAME_PACKERS = {"pandas": (_packed_pandas, _unpacked_pandas), "polars": (_packed_polars, _unpacked_polars)}
