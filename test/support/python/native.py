# Runs the kernel's own Python in the Python of this computer, with its libraries: the wheels that Pyodide needs for them
# cannot be had everywhere. Reads code on standard input, executes it beside the kernel's functions, and writes what it left
# in `result`, as JSON.

import json
import sys
import traceback
import types
from pathlib import Path

SOURCES = ["kernel", "controls", "inspection", "travel", "packframes", "tables", "frames", "figures", "cluster"]
folder = Path(__file__).parents[3] / "workers" / "python"
kernel = types.ModuleType("meshbook_kernel")
sys.modules["meshbook_kernel"] = kernel
source = "\n".join((folder / f"{name}.py").read_text() for name in SOURCES)
exec(compile(source, "meshbook_kernel.py", "exec"), vars(kernel))

shown = []
printed = []


class Outputs:
    """What TypeScript is to an execution."""

    progress = control = cluster = None

    def print(self, name, text):
        printed.append(text)
        return False

    def show(self, kind, bundle):
        shown.append([kind, json.loads(bundle)])

    def flush(self):
        pass


class Host:
    def stopped(self):
        return False


def run(source, cell="cell", inputs=None, given=None):
    """Executes a cell as the kernel does. `inputs`: as `begin`, not yet JSON. Gives how it ended."""
    shown.clear()
    printed.clear()
    values = types.SimpleNamespace(**(given or {}))
    if kernel.begin(cell, source, json.dumps(inputs or {}), values, Outputs()) is not None:
        raise AssertionError("the cell waits for something")
    return json.loads(kernel.end())


def list_of(column):
    """A column as lists, for JSON."""
    return {name: part.tolist() if hasattr(part, "tolist") else list(part) if isinstance(part, (bytes, list)) else part for name, part in column.items()}


def table_of(value):
    rows, columns = kernel._columns_of(value)
    return {"rows": rows, "columns": [list_of(column) for column in columns]}


stdout = sys.stdout
# The kernel takes the stream on which Python would say what went wrong.
sys.excepthook = lambda *error: traceback.print_exception(*error, file=sys.__stderr__)
kernel.start(Host())
names = dict(vars(kernel), run=run, shown=shown, printed=printed, table_of=table_of, list_of=list_of, result=None)
exec(compile(sys.stdin.read(), "test.py", "exec"), names)
json.dump(names["result"], stdout, default=str)
