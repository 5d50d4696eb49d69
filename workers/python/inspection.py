

# Looking at values for an editor: nothing of a cell is executed. No attribute is got that a class could compute, nothing
# is compared, counted or shown by methods that a cell may have written. The build puts this behind kernel.py.

_MEMBERS_LIMIT = 500
_ITEMS_SHOWN = 8
_SIGNATURE_LIMIT = 300
_DOC_LIMIT = 1_200
_PREVIEW_LIMIT = 160
_UNKNOWN = object()
_mro_of = type.__dict__["__mro__"].__get__
_dict_of_type = type.__dict__["__dict__"].__get__
_name_of_type = type.__dict__["__name__"].__get__
_COMPUTED = (property, functools.cached_property, types.GetSetDescriptorType)
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.MethodWrapperType,
    staticmethod,
    classmethod,
)


def look_at(cell, path, members):
    """What is known of a value, as JSON; `null` where nothing is. `cell`: the one that defines it, or None."""
    names = json.loads(path)
    try:
        value, bound = _follow(cell, names)
        if value is _UNKNOWN:
            return "null"
        facts = {"type": _type_name(value), "preview": _brief(value, 0)[:_PREVIEW_LIMIT]}
        size, signature, doc = _size(value), _signature(value, bound), _doc(value)
        if size:
            facts["size"] = size
        if signature:
            facts["signature"] = signature[:_SIGNATURE_LIMIT]
        if doc:
            facts["doc"] = doc[:_DOC_LIMIT]
        facts["members"] = _members(value) if members else []
        return json.dumps(facts)
    except Exception:
        return "null"


def _follow(cell, names):
    """The value at the end of a path, and whether it is a function of the thing before it."""
    space = vars(builtins) if cell is None else vars(_cells[cell]) if cell in _cells else {}
    value, bound = space.get(names[0], _UNKNOWN), False
    for name in names[1:]:
        if value is _UNKNOWN:
            break
        found = _attribute(value, name)
        bound = not (_is_class(value) or type(value) is types.ModuleType) and type(found) in _FUNCTIONS
        value = found
    return value, bound


def _attribute(value, name):
    """An attribute that nobody has to compute."""
    found = inspect.getattr_static(value, name, _UNKNOWN)
    if type(found) is types.MemberDescriptorType and not _is_class(value):
        return found.__get__(value)
    if type(found) in (staticmethod, classmethod):
        return found.__func__
    return _UNKNOWN if type(found) in _COMPUTED else found


def _own(value):
    """The attributes of the thing itself."""
    if type(value) is types.ModuleType:
        return vars(value)
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return own if type(own) is dict else {}


def _is_class(value):
    # isinstance() would ask the value for its class.
    return type in _mro_of(type(value))


def _classes(value):
    return _mro_of(value) if _is_class(value) else _mro_of(type(value))


def _members(value):
    found = {}
    for space in ([] if _is_class(value) else [_own(value)]) + [_dict_of_type(one) for one in _classes(value)]:
        for name, member in list(space.items()):
            if type(name) is str and len(name) <= 100 and name not in found:
                found[name] = _kind(member)
    # What begins with an underscore is seldom meant; the names of every object hardly ever.
    ordered = sorted(found.items(), key=lambda one: (one[0].startswith("_"), one[0]))
    return [{"name": name, "kind": kind} for name, kind in ordered if not name.startswith("__")][:_MEMBERS_LIMIT]


def _kind(member):
    if type(member) in _COMPUTED:
        return "computed"
    if _is_class(member):
        return "class"
    return "function" if type(member) in _FUNCTIONS else "value"


def _type_name(value):
    if type(value) in (types.FunctionType, types.BuiltinFunctionType):
        return "function"
    return _name_of_type(type(value))[:80]


def _size(value):
    length = inspect.getattr_static(type(value), "__len__", None)
    # Written in C: nothing of a cell.
    if _is_class(value) or type(length) is not types.WrapperDescriptorType:
        return None
    count = len(value)
    word = "character" if type(value) is str else "byte" if type(value) in (bytes, bytearray) else "item"
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _brief(value, depth):
    kind = type(value)
    if value is None or kind in (bool, float, complex):
        return repr(value)
    if kind is int:
        return repr(value) if value.bit_length() < 400 else f"an int of {value.bit_length():,} bits"
    if kind in (str, bytes):
        return repr(value[:80]) + ("…" if len(value) > 80 else "")
    if kind in (list, tuple, set, frozenset):
        open_, close = {list: "[]", tuple: "()", set: "{}"}.get(kind, ("frozenset({", "})"))
        return f"{open_}{_items(value, depth)}{close}"
    if kind is dict:
        return f"{{{_items(value.items(), depth, True)}}}"
    if kind is types.ModuleType:
        return f"module {_plain(vars(value).get('__name__'))}"
    if kind is types.FunctionType:
        return f"function {_plain(value.__name__)}{_signature(value, False) or '(…)'}"
    if _is_class(value):
        return f"class {_name_of_type(value)}"
    return f"<{_name_of_type(kind)}>"


def _items(items, depth, pairs=False):
    if depth >= 2:
        return "…" if len(items) else ""
    shown = []
    for item in items:
        if len(shown) == _ITEMS_SHOWN:
            shown.append("…")
            break
        shown.append(": ".join(_brief(one, depth + 1) for one in item) if pairs else _brief(item, depth + 1))
    return ", ".join(shown)


def _plain(text):
    return text if type(text) is str else "?"


def _signature(value, bound):
    if type(value) is types.MethodType:
        value, bound = value.__func__, True
    if _is_class(value):
        made = inspect.getattr_static(value, "__init__", None)
        if type(made) is not types.FunctionType:
            made = inspect.getattr_static(value, "__new__", None)
        if type(made) is staticmethod:
            made = made.__func__
        if type(made) is types.FunctionType:
            return _signature(made, True)
        text = type.__dict__["__text_signature__"].__get__(value)
        return text if type(text) is str else None
    if type(value) is types.FunctionType:
        return _written(value, bound) or _from_code(value, bound)
    if type(value) in _FUNCTIONS and type(value) not in (staticmethod, classmethod):
        text = value.__text_signature__
        return re.sub(r"\(\$?(self|module|type)(, /)?(, )?", "(", text) if type(text) is str else None
    return None


def _written(function, bound):
    """The parameters as they stand in the cell: what they default to is not known without asking the values."""
    code = function.__code__
    lines = linecache.cache.get(code.co_filename)
    if lines is None or not _FILE.fullmatch(code.co_filename) or lines[0] > _TEXT_LIMIT:
        return None
    tree = compile("".join(lines[2]), code.co_filename, "exec", _FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.name != code.co_name:
            continue
        if code.co_firstlineno in (node.lineno, *(one.lineno for one in node.decorator_list)):
            given = node.args
            if bound:
                del (given.posonlyargs or given.args)[:1]
            result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            return f"({ast.unparse(given)}){result}"
    return None


def _from_code(function, bound):
    code = function.__code__
    names, count, only = code.co_varnames, code.co_argcount, code.co_kwonlyargcount
    optional = len(function.__defaults__ or ())
    shown = [name + ("=…" if at >= count - optional else "") for at, name in enumerate(names[:count])]
    if code.co_posonlyargcount:
        shown.insert(code.co_posonlyargcount, "/")
    if bound:
        del shown[:1]
    rest = count + only
    if code.co_flags & inspect.CO_VARARGS:
        shown.append(f"*{names[rest]}")
        rest += 1
    elif only:
        shown.append("*")
    shown += [name + ("=…" if name in (function.__kwdefaults__ or {}) else "") for name in names[count : count + only]]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        shown.append(f"**{names[rest]}")
    return f"({', '.join(shown)})"


def _doc(value):
    if _is_class(value):
        doc = _dict_of_type(value).get("__doc__")
    elif type(value) is types.ModuleType:
        doc = vars(value).get("__doc__")
    elif type(value) in _FUNCTIONS:
        doc = value.__doc__
    else:
        return None
    # Of a class written in C it is computed, in C.
    if type(doc) is types.GetSetDescriptorType:
        return None
    return inspect.cleandoc(doc[:4_000]) if type(doc) is str else None
