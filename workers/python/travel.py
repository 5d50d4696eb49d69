# Values of Python as text, for other computers: plain data and tables (packframes.py), and nothing that could execute. The build puts this behind
# kernel.py.

import base64
import datetime
import decimal
import fractions
import importlib
import json
import types

# Containers in containers.
_DEEPEST = 100
_TAG = "!"


def _pack(value, name):
    """Text of a value. Raises TypeError with the place and the reason for what cannot travel."""
    return json.dumps(_packed(value, name, 0), separators=(",", ":"))


def _unpack(text):
    return json.loads(text, object_hook=_untag)


def _keep(cell, names, limit):
    """Shows values of a cell as text, and of those that have none, the reason; as keepValues.ts for other languages."""
    found = vars(_cells[cell]) if cell in _cells else {}
    values, reasons, size = {}, {}, 0
    for name in names:
        try:
            if name not in found:
                raise TypeError(f"{name} was not given a value")
            text = _pack_kept(found[name], name)
            if size + len(text) > limit:
                raise TypeError(f"{name} is too large: {len(text)} characters")
            size += len(text)
            values[name] = text
        except TypeError as error:
            reasons[name] = str(error)[:500]
    return _Rich("application/vnd.meshbook.kept+json", {"values": values, "reasons": reasons})


def _pack_kept(value, name):
    # A module is the same wherever it is imported, if its package is.
    if type(value) is types.ModuleType and value.__name__ in sys.modules and value.__name__ != "__main__":
        return json.dumps({_TAG: "module", "v": value.__name__})
    return _pack(value, name)


def _packed(value, name, depth):
    if value is None or type(value) in (bool, int, float, str):
        return value
    if depth > _DEEPEST:
        raise TypeError(f"{name} cannot travel to another computer: it contains itself, or is nested too deeply")
    kind = type(value)
    if kind is list:
        return _packed_all(value, name, depth)
    if kind is dict and all(type(key) is str for key in value) and _TAG not in value:
        return {key: _packed(one, f"{name}[{key!r}]", depth + 1) for key, one in value.items()}
    tagged = _tagged(value, kind, name, depth)
    if tagged is None:
        what = "a function" if callable(value) else f"of the type {kind.__name__}"
        raise TypeError(f"{name} cannot travel to another computer: it is {what}, and only plain data can")
    return {_TAG: tagged[0], "v": tagged[1]}


def _packed_all(values, name, depth):
    return [_packed(one, f"{name}[{index}]", depth + 1) for index, one in enumerate(values)]


def _tagged(value, kind, name, depth):
    if kind is tuple:
        return kind.__name__, _packed_all(value, name, depth)
    if kind in (set, frozenset):
        # In an order of their own, which is another in each process: equal sets have equal text.
        return kind.__name__, sorted(_packed_all(value, name, depth), key=json.dumps)
    if kind is dict:
        return "dict", [_packed_all(pair, name, depth) for pair in value.items()]
    if kind in (bytes, bytearray):
        return kind.__name__, base64.b64encode(value).decode()
    if kind is complex:
        return "complex", [value.real, value.imag]
    if kind is range:
        return "range", [value.start, value.stop, value.step]
    if kind in (datetime.datetime, datetime.date, datetime.time):
        return kind.__name__, value.isoformat()
    if kind is datetime.timedelta:
        return "timedelta", [value.days, value.seconds, value.microseconds]
    if kind in (decimal.Decimal, fractions.Fraction):
        return kind.__name__, str(value)
    if kind.__module__ == "numpy":
        return _tagged_numpy(value)
    return _packed_frame(value, name, depth)


def _tagged_numpy(value):
    import numpy

    array = numpy.asarray(value)
    if array.dtype.hasobject or array.dtype.names:
        return None
    data = base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode()
    name = "ndarray" if isinstance(value, numpy.ndarray) else "scalar"
    return name, [array.dtype.str, list(array.shape), data]


_UNTAG = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "bytes": base64.b64decode,
    "bytearray": lambda text: bytearray(base64.b64decode(text)),
    "complex": lambda parts: complex(*parts),
    "range": lambda parts: range(*parts),
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda parts: datetime.timedelta(*parts),
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
    "ndarray": lambda parts: _numpy_array(*parts),
    "scalar": lambda parts: _numpy_array(*parts)[()],
    "module": importlib.import_module,
    "pandas": lambda of: _FRAME_PACKERS["pandas"][1](of),
    "polars": lambda of: _FRAME_PACKERS["polars"][1](of),
}


def _untag(found):
    if _TAG not in found:
        return found
    return _UNTAG[found[_TAG]](found["v"])


def _numpy_array(dtype, shape, data):
    import numpy

    return numpy.frombuffer(base64.b64decode(data), numpy.dtype(dtype)).reshape(shape).copy()
