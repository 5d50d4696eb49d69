"""The half of the Python kernel that is written in Python; PythonRuntime.ts is the other.

It is imported before the memory snapshot is made, so that a start compiles and imports nothing. `start` therefore does
everything that must not be the same in two sessions. Each cell is a module of its own, called `__main__` like any
program; what it reads from other cells is put into it before it is executed.
"""

import ast
import asyncio
import base64
import builtins
import collections
import contextvars
import datetime
import functools
import getpass
import importlib.util
import inspect
import io
import itertools
import json
import linecache
import math
import pprint
import random
import re
import sys
import time
import types

# The build adds the packages that exist for this Python but are not in it: import name -> [package, version].
PACKAGES = {}

# As in CellCodes.ts: cell and version, so that a function of an older run still finds its own lines.
_FILE = re.compile(r"meshbook:///([A-Za-z0-9_-]{1,64})/(\d+)")
_VALUE = "__meshbook_value__"
_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
# Versions of cells whose lines are kept for traces.
_VERSIONS_KEPT = 500
_FRAMES_KEPT = 100
_CAUSES_KEPT = 3
_MEMBERS_KEPT = 5
# Characters of a value shown as text, and of an error's message.
_TEXT_LIMIT = 100_000
_MESSAGE_LIMIT = 20_000
# Numbers of an array that are shown.
_NUMBERS_SHOWN = 20
# Characters above which containers are written over several lines.
_WIDTH = 100

_host = None
_cells = {}
# Whose lines are kept, the oldest first.
_files = collections.deque()
# First name of a module -> why its package is not here, for people.
_missing = {}
_version = 0
_run = None
# Tasks that a cell starts inherit it: what they print later belongs to their cell.
_outputs = contextvars.ContextVar("meshbook_outputs")


class _Outputs:
    """Where the outputs of one execution go."""

    def __init__(self, host):
        self._host = host
        self._closed = False
        self.show = host.show
        self.flush = host.flush
        self.progress = host.progress
        self.control = host.control
        self.cluster = host.cluster

    def print(self, name, text):
        # A loop that prints without end must not ask for each line.
        if not self._closed and text:
            self._closed = self._host.print(name, text)


class _Run:
    """One execution: where its outputs go, and how it ended."""

    def __init__(self, cell, outputs):
        self.cell = cell
        self.outputs = _Outputs(outputs)
        self.module = None
        self.task = None
        self.error = None
        # What it reads from other cells, by name.
        self.read = {}


def start(host):
    """Called once in each session. `host` is what TypeScript offers (see PythonRuntime.ts)."""
    global _host
    _host = host
    random.seed()
    sys.stdout = _Stream("stdout")
    sys.stderr = _Stream("stderr")
    sys.displayhook = lambda value: None if value is None else display(value)
    builtins.input = _input
    builtins.print = _print
    getpass.getpass = lambda prompt="Password: ", stream=None: _ask(str(prompt), True)
    time.sleep = _sleep
    asyncio.run = _run_refused
    for helper in (display, html, svg, md, image, progress):
        setattr(builtins, helper.__name__, helper)
    builtins.inputs = Inputs()
    builtins.cluster = Cluster()
    builtins.__meshbook_task = _task
    builtins.__meshbook_share = _take_share
    builtins.__meshbook_shared = _shared
    builtins.__meshbook_given = _unpack
    builtins.__meshbook_keep = _keep
    _choose_backend()
    sys.modules.setdefault("IPython", _ipython())
    sys.modules["IPython.display"] = sys.modules["IPython"].display = _ipython_display()


def begin(cell, source, inputs, given, outputs):
    """Executes a cell as far as it goes without waiting. Gives what is to be awaited before `end`, or None.

    `inputs`: JSON, name -> cell of this language that defines it; None: the value is in `given`, by name; {"library": …}:
    there is a table, to be read by that library or, for None, by none.
    """
    global _run
    _run = _Run(cell, outputs)
    return contextvars.copy_context().run(_begin, _run, source, json.loads(inputs), given)


def end():
    """How the execution ended, as JSON; shows its value before."""
    run = _run
    run.task = None
    value = vars(run.module).pop(_VALUE, None) if run.module else None
    try:
        contextvars.copy_context().run(_end_with, run, value)
    except BaseException as error:
        run.error = run.error or error
    error, run.error = run.error, None
    if error is None:
        return '{"status":"ok"}'
    if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)) and _host.stopped():
        return '{"status":"interrupted"}'
    return json.dumps({"status": "error", "error": _describe(error), "causes": _causes(error)})


def cancel():
    """Ends a cell that awaits something."""
    if _run is not None and _run.task is not None:
        _run.task.cancel()


def names(cell, wanted):
    """Which of the names (JSON) the cell has come to define, as JSON."""
    module = _cells.get(cell)
    return json.dumps([name for name in json.loads(wanted) if module and name in vars(module)])


def packages_changed(missing):
    """Packages were installed; `missing`: JSON, why others were not."""
    _missing.update(json.loads(missing))
    importlib.invalidate_caches()
    for name in list(_missing):
        if importlib.util.find_spec(name) is not None:
            del _missing[name]


def moment(milliseconds):
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)


def value_of(cell, name):
    """A value for a cell of another language; if there is none, the host is told why."""
    from pyodide.ffi import to_js

    try:
        return _travel(vars(_cells[cell])[name], name, to_js, [])
    except TypeError as error:
        _host.refuse(str(error))


def size_of(cell, name):
    """About how many bytes a copy of a value takes."""
    return _copy_size(vars(_cells[cell]).get(name), 0)


def _begin(run, source, inputs, given):
    _outputs.set(run.outputs)
    run.module = _cells[run.cell] = types.ModuleType("__main__", None)
    # Data classes, pickle and type hints look for the module of what is defined.
    sys.modules["__main__"] = run.module
    namespace = vars(run.module)
    namespace["__builtins__"] = builtins
    try:
        for name, definer in inputs.items():
            if definer is None:
                namespace[name] = getattr(given, name)
            elif isinstance(definer, dict):
                namespace[name] = _read_table(getattr(given, name), definer["library"])
            elif definer in _cells and name in vars(_cells[definer]):
                namespace[name] = vars(_cells[definer])[name]
        run.read = {name: namespace[name] for name in inputs if name in namespace}
        code = _compile(run.cell, source)
        if not code.co_flags & inspect.CO_COROUTINE:
            exec(code, namespace)
            return None
        run.task = asyncio.ensure_future(_finish(run, eval(code, namespace)))
        return run.task
    except BaseException as error:
        run.error = error
        return None


async def _finish(run, coroutine):
    try:
        await coroutine
    except BaseException as error:
        run.error = error


def _end_with(run, value):
    _outputs.set(run.outputs)
    if run.error is None and value is not None:
        _show(value, "execute_result")
    # Also after an error: what was drawn until then may say why.
    _show_figures()


def _compile(cell, source):
    global _version
    _version += 1
    file = f"meshbook:///{cell}/{_version}"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    _files.append(file)
    if len(_files) > _VERSIONS_KEPT:
        linecache.cache.pop(_files.popleft(), None)
    tree = compile(source, file, "exec", _FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and not _ends_with_semicolon(source, last):
        target = ast.copy_location(ast.Name(_VALUE, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    return compile(tree, file, "exec", _FLAGS, dont_inherit=True)


def _ends_with_semicolon(source, node):
    line = source.splitlines()[node.end_lineno - 1].encode()
    return line[node.end_col_offset :].decode().lstrip().startswith(";")


# Output


class _Stream(io.TextIOBase):
    """A text stream that prints to the cell whose code writes."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name):
        self._name = name

    @property
    def name(self):
        return f"<{self._name}>"

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        outputs = _outputs.get(None) or (_run and _run.outputs)
        if outputs:
            outputs.print(self._name, text)
        return len(text)

    def flush(self):
        outputs = _outputs.get(None)
        if outputs:
            outputs.flush()


_print_anywhere = builtins.print


@functools.wraps(builtins.print)
def _print(*values, sep=" ", end="\n", file=None, flush=False):
    """One write for each call, where the original makes several: a line comes in one piece, and sooner."""
    stream = sys.stdout if file is None else file
    plain = all(part is None or isinstance(part, str) for part in (sep, end))
    if not isinstance(stream, _Stream) or not plain:
        return _print_anywhere(*values, sep=sep, end=end, file=file, flush=flush)
    text = (" " if sep is None else sep).join(map(str, values))
    stream.write(text + ("\n" if end is None else end))
    if flush:
        stream.flush()


class _Rich:
    """Markup or bytes that the author of a cell vouches for."""

    def __init__(self, mime, data):
        self._bundle = {mime: data}

    def __repr__(self):
        return f"<{next(iter(self._bundle))}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self._bundle


def display(*values, **_):
    """Shows values as the last expression of a cell is shown."""
    for value in values:
        _show(value, "display_data")


def progress(done, total=1, text=""):
    """Shows how far the cell has come, as a bar: progress(3, 10, "files read")."""
    outputs = _outputs.get(None) or _run.outputs
    outputs.progress(float(done), float(total), str(text))


def html(text):
    """Markup to show, e.g. html("<b>bold</b>")."""
    return _Rich("text/html", str(text))


def svg(text):
    """A drawing to show, as SVG text."""
    return _Rich("image/svg+xml", str(text))


def md(text):
    """Markdown to show."""
    return _Rich("text/markdown", inspect.cleandoc(str(text)))


def image(data, mime=None):
    """A picture to show, from the bytes of a PNG, JPEG, GIF, WebP or SVG file."""
    data = bytes(data)
    kind = mime or _recognise(data)
    if kind is None:
        raise TypeError("image() shows PNG, JPEG, GIF, WebP and SVG; these bytes are none of them")
    return _Rich(kind, data.decode() if kind == "image/svg+xml" else data)


def _recognise(data):
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"GIF8"):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/svg+xml" if re.match(rb"\s*<(\?xml|svg|!--)", data) else None


def _ipython():
    """As it is where no IPython runs: libraries that find it ask it."""
    module = types.ModuleType("IPython")
    module.get_ipython = lambda: None
    module.version_info = (9, 0, 0, "")
    module.__version__ = "9.0.0"
    return module


def _ipython_display():
    module = types.ModuleType("IPython.display")
    module.display = display
    module.HTML = lambda data="", **_: html(data)
    module.SVG = lambda data="", **_: svg(data)
    module.Markdown = lambda data="", **_: md(data)
    module.Image = lambda data=b"", **_: image(data)
    module.Latex = module.Math = lambda data="", **_: _Rich("text/latex", str(data))
    module.clear_output = lambda wait=False: None
    return module


def _show(value, kind):
    outputs = _outputs.get(None) or _run.outputs
    bundle = _bundle(value)
    outputs.show(kind, json.dumps(bundle))
    if _library_of(value) and _TABLE in bundle and len(bundle[_TABLE]["data"]) < len(value):
        shown = len(bundle[_TABLE]["data"])
        outputs.print("stdout", f"The first {shown} of {len(value)} rows are shown; the value has all of them.\n")


# Methods by which an object says how it wants to be shown.
_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}
# What has this has any method one asks for, and none of them means anything. IPython asks for the same.
_NO_METHOD = "_ipython_canary_method_should_not_exist_"


# A table that readers can sort and search, as pandas writes it.
_TABLE = "application/vnd.dataresource+json"


def _bundle(value):
    bundle = {}
    if _is_figure(value):
        bundle["image/png"] = base64.b64encode(_picture(value)).decode()
    elif not isinstance(value, type) and not hasattr(value, _NO_METHOD):
        for method, mime in _METHODS.items():
            _add(bundle, mime, _call(value, method))
        own = _call(value, "_repr_mimebundle_", include=None, exclude=None)
        for mime, data in (own[0] if isinstance(own, tuple) else own or {}).items():
            _add(bundle, str(mime), data)
    if _library_of(value):
        try:
            bundle[_TABLE] = _resource(value)
        except Exception:
            # Of an odd kind: its own form is there.
            pass
    bundle.setdefault("text/plain", _text(value))
    return bundle


def _call(value, method, **arguments):
    found = getattr(value, method, None)
    return found(**arguments) if callable(found) else None


def _add(bundle, mime, data):
    # Some give the metadata beside the data.
    if isinstance(data, tuple) and len(data) == 2 and isinstance(data[1], dict):
        data = data[0]
    if data is None:
        return
    if isinstance(data, (bytes, bytearray, memoryview)):
        data = base64.b64encode(data).decode()
    bundle[mime] = data if mime.endswith("json") else str(data)


def _text(value):
    text = repr(value)
    if isinstance(value, memoryview) and text.startswith("<memory") and value.ndim == 1 and value.format in "bBhHiIlLqQfd":
        # What an array of numbers of JavaScript is here; its address tells nobody anything.
        first = ", ".join(map(repr, value[:_NUMBERS_SHOWN]))
        text = f"memoryview of {len(value):,} items [{first}{', …' if len(value) > _NUMBERS_SHOWN else ''}]"
    # Nested containers are read more easily over several lines. Huge ones would take long to lay out, and are cut anyway.
    if isinstance(value, (dict, list, tuple, set, frozenset)) and _WIDTH < len(text) <= _TEXT_LIMIT:
        text = pprint.pformat(value, width=_WIDTH, compact=True, sort_dicts=False)
    return text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}… [{len(text) - _TEXT_LIMIT:,} more characters]"


# Errors


def _describe(error):
    name = type(error).__name__
    described = {"ename": name, "evalue": _message(error)[:_MESSAGE_LIMIT], "frames": _frames(error)}
    hint = _missing_package(error)
    notes = [str(note) for note in getattr(error, "__notes__", None) or []]
    # Pyodide's own note names a way of installing that no cell has.
    notes = [note for note in notes if "yodide" not in note]
    if isinstance(error, ModuleNotFoundError) and "\n" in described["evalue"]:
        described["evalue"] = described["evalue"].split("\n")[0]
    if hint:
        described["evalue"] += f". {hint}"
    return described | {"notes": notes}


def _message(error):
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)
        if isinstance(error, SystemExit) and error.code is None:
            return ""
        return str(error)
    except Exception:
        return "<the error's own text could not be made>"


def _frames(error):
    """From the innermost to the outermost, only those in cells."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(_frame(code.co_filename, code.co_qualname, trace.tb_lineno, _column(code, trace.tb_lasti)))
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename and _FILE.fullmatch(error.filename):
        frames.append(_frame(error.filename, "<module>", error.lineno or 1, max(0, (error.offset or 1) - 1), False))
    found = [frame for frame in frames if frame is not None]
    return found[: -_FRAMES_KEPT - 1 : -1]


def _column(code, at):
    position = next((one for index, one in enumerate(code.co_positions()) if index == at // 2), None)
    return position[2] or 0 if position else 0


def _frame(file, name, line, column, in_bytes=True):
    place = _FILE.fullmatch(file)
    if place is None:
        return None
    text = linecache.getline(file, line).rstrip("\r\n")
    if in_bytes:
        column = len(text.encode()[:column].decode(errors="replace"))
    return {
        "name": "" if name == "<module>" else name,
        "cell": place[1],
        "line": line,
        "column": column + 1,
        "text": text,
    }


def _causes(error):
    causes = [_describe(one) | {"how": "Contains"} for one in _grouped(error)]
    most = len(causes) + _CAUSES_KEPT
    while len(causes) < most:
        if error.__cause__ is not None:
            error, how = error.__cause__, "Caused by"
        elif error.__context__ is not None and not error.__suppress_context__:
            error, how = error.__context__, "Raised while handling"
        else:
            break
        causes.append(_describe(error) | {"how": how})
    return causes


def _grouped(error):
    """The errors of a group; those of groups in it are told by their number."""
    return list(error.exceptions[:_MEMBERS_KEPT]) if isinstance(error, BaseExceptionGroup) else []


def _missing_package(error):
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    first = error.name.split(".")[0]
    package = PACKAGES.get(first)
    if first in _missing or package is None:
        return _missing.get(first)
    name, version = package
    return (
        f"{name} {version} exists for this Python, but was not loaded: packages are those that an import statement in "
        "a cell names."
    )


# Waiting for the user, and for time


def _run_refused(main, **_):
    """The loop runs already, as in any notebook. Pyodide would ask for a way to wait that no worker here has."""
    if inspect.iscoroutine(main):
        main.close()
    raise RuntimeError("asyncio.run() has no place in a cell, where a loop runs already: write `await` instead")


def _input(prompt="", /):
    return _ask(str(prompt), False)


def _ask(prompt, secret):
    sys.stdout.flush()
    answer = _host.ask(prompt, secret)
    if hasattr(answer, "then"):
        from pyodide.ffi import run_sync

        answer = run_sync(answer)
    if answer is None:
        _check_interrupt()
        raise EOFError(_host.why_no_input())
    sys.stdout.write(f"{prompt}{'' if secret else answer}\n")
    return answer


def _check_interrupt():
    if _host.take_interrupt():
        raise KeyboardInterrupt


def _sleep(seconds, /):
    if math.isnan(seconds):
        raise ValueError("Invalid value NaN (not a number)")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    sys.stdout.flush()
    _host.sleep(float(seconds) * 1000)
    _check_interrupt()


# Values for cells of other languages


def _travel(value, name, to_js, path):
    """Plain data as JavaScript has it. Raises TypeError with the reason for everything else."""
    import js
    from pyodide.ffi import jsnull

    if value is None:
        return jsnull
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)) or type(value).__name__ == "array":
        return to_js(value)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        has_bytes = getattr(value, "shape", None) and value.dtype.kind in "biuf"
        return to_js(value) if has_bytes else _travel(value.tolist(), name, to_js, path)
    if type(value).__name__ in ("NAType", "NaTType"):
        return jsnull
    if _library_of(value):
        return _travel(_plain_values(value), name, to_js, path)
    if isinstance(value, datetime.datetime):
        return js.Date.new(value.timestamp() * 1000)
    if isinstance(value, datetime.date):
        return js.Date.new(js.Date.UTC(value.year, value.month - 1, value.day))
    if any(value is outer for outer in path):
        raise TypeError(f"“{name}” cannot be read from another language: it contains itself")
    inner = [*path, value]
    if len(inner) > 100:
        raise TypeError(f"“{name}” cannot be read from another language: it is nested too deeply")
    if isinstance(value, (list, tuple, range)):
        return to_js([_travel(item, name, to_js, inner) for item in value])
    if isinstance(value, (set, frozenset)):
        return js.Set.new(to_js([_travel(item, name, to_js, inner) for item in value]))
    if isinstance(value, dict):
        pairs = to_js([[_travel(one, name, to_js, inner) for one in pair] for pair in value.items()])
        by_name = all(isinstance(key, str) for key in value)
        return js.Object.fromEntries(pairs) if by_name else js.Map.new(pairs)
    kind = "a function" if callable(value) else f"of the type {type(value).__name__}"
    part = f"a part of “{name}”" if path else f"“{name}”"
    raise TypeError(f"{part} cannot be read from another language: it is {kind}, and only plain data can")


def _copy_size(value, depth):
    """Looks at a sample: a large value must not be gone through before anybody is asked."""
    if isinstance(value, (bytes, bytearray, str)):
        return len(value)
    if isinstance(value, memoryview) or type(value).__name__ == "array":
        return memoryview(value).nbytes
    if type(value).__name__ == "ndarray":
        return value.nbytes
    if _library_of(value):
        return _table_size(value)
    if isinstance(value, range):
        # Not `len`, which knows no more than a machine word.
        return 8 * max(0, -((value.start - value.stop) // value.step))
    if depth > 20 or not isinstance(value, (list, tuple, set, frozenset, dict)):
        return 8
    sample = list(itertools.islice(value.items() if isinstance(value, dict) else value, 1000 if depth == 0 else 100))
    if not sample:
        return 8
    return round(sum(8 + _copy_size(item, depth + 1) for item in sample) * len(value) / len(sample))
