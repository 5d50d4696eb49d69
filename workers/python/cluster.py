# `cluster` of a cell in Python: functions are called on items by the computers of the class. The build puts this behind
# kernel.py and travel.py.

import ast
import asyncio
import importlib
import json
import linecache
import re
import sys
import types

_TASK_VALUE = "application/vnd.meshbook.value"
# Characters of definitions that travel with each task, and of a shared value, as in clusterCalls.ts.
_SCOPE_LIMIT = 32 * 1024
_SHARE_LIMIT = 4 * 1024 * 1024
_RETRIES = 2

_shares = {}
_pieces = {}
_share_count = 0


class Shared:
    """A value that each computer has which works for the cell; functions read its `value`."""

    def __init__(self, id, value):
        self.id = id
        self.value = value

    def __repr__(self):
        return f"<shared {_text(self.value)[:100]}>"


class Cluster:
    """The computers of the class: `await cluster.map(fn, items)` and its sisters. Works here where there are none."""

    def __init__(self):
        self._calls = set()

    def __repr__(self):
        return "<cluster: map, reduce, map_reduce, as_completed, broadcast, all_reduce, scatter, barrier>"

    def map(self, fn, items, *, chunk=None, retries=_RETRIES):
        """The result of fn(item) for each item, in the order of the items."""
        return self._start(self._map(fn, _given_items(fn, items), chunk, retries))

    def reduce(self, fn, items, *, chunk=None, retries=_RETRIES):
        """All items made one, two at a time. fn must not depend on how they are grouped."""
        return self._start(self._fold(None, fn, _given_items(fn, items), chunk, retries))

    def map_reduce(self, map, reduce, items, *, chunk=None, retries=_RETRIES):
        """The results of map made one by reduce, already where they are made."""
        return self._start(self._fold(map, reduce, _given_items(map, items), chunk, retries))

    async def as_completed(self, fn, items, *, chunk=None, retries=_RETRIES):
        """(index, result) of each item, as soon as it is there: for `async for`. The result of one that fails is its error."""
        items = await _all_items(_given_items(fn, items))
        async for start, results in _spread(fn, None, items, chunk, retries, each=True):
            for at, result in enumerate(results):
                yield start + at, result

    async def broadcast(self, value):
        """A value that is sent once to each computer and not with each task. Functions read its `value`."""
        global _share_count
        _share_count += 1
        shared = Shared(f"python-{_share_count}", value)
        text = _pack(value, "the value")
        if len(text) > _SHARE_LIMIT:
            raise ValueError(f"the value is too large to be shared: {len(text)} characters of {_SHARE_LIMIT}")
        refusal = await _here().cluster.share(shared.id, text)
        if refusal:
            raise RuntimeError(refusal)
        return shared

    async def all_reduce(self, fn, items, *, chunk=None, retries=_RETRIES):
        """As reduce, and the result is broadcast."""
        return await self.broadcast(await self.reduce(fn, items, chunk=chunk, retries=retries))

    async def scatter(self, items):
        """The items in as many parts as can be worked on at once, of about one length, in order."""
        items = await _all_items(_given_items(None, items))
        count = min(max(1, await _here().cluster.width()), len(items))
        edges = [round(len(items) * part / count) for part in range(count + 1)] if count else [0]
        return [items[start:end] for start, end in zip(edges, edges[1:])]

    async def barrier(self):
        """Waits until all that was given to the cluster before is done."""
        await asyncio.gather(*self._calls)

    def _start(self, call):
        task = asyncio.ensure_future(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return task

    async def _map(self, fn, items, chunk, retries):
        items = await _all_items(items)
        found = [None] * len(items)
        async for start, results in _spread(fn, None, items, chunk, retries):
            found[start : start + len(results)] = results
        return found

    async def _fold(self, map, reduce, items, chunk, retries):
        parts = []
        async for start, results in _spread(map, reduce, await _all_items(items), chunk, retries):
            parts.append((start, results[0]))
        if not parts:
            raise ValueError("there are no items, so there is no result")
        parts.sort(key=lambda part: part[0])
        result = parts[0][1]
        for _, other in parts[1:]:
            result = await _value(reduce(result, other))
        return result


def _given_items(fn, items):
    """The items as they are now, or what gives them one after another."""
    if fn is not None and not callable(fn):
        raise TypeError("give a function first, then the items: cluster.map(lambda x: x * 2, items)")
    return items if hasattr(items, "__aiter__") else list(items)


async def _all_items(items):
    return [item async for item in items] if hasattr(items, "__aiter__") else items


def _check_option(value, name, least, meaning):
    if value is not None and not (isinstance(value, (int, float)) and least <= value < float("inf")):
        raise ValueError(f"{name} is {meaning}: give a number from {least}, not {value!r}")


def _here():
    return _outputs.get(None) or _run.outputs


async def _spread(map, reduce, items, chunk, retries, each=False):
    """Parts of the results, with the place of the first. With each, an item that fails has its error there."""
    if reduce is not None:
        _given_items(reduce, ())
    _check_option(chunk, "chunk", 1, "how many items go together")
    _check_option(retries, "retries", 0, "how often a lost part is given away again")
    outputs = _here()
    if not items:
        return
    if not await outputs.cluster.width():
        async for start, results in _spread_here(map, reduce, items, outputs, each):
            yield start, [_told(one) for one in results] if each else results
        return
    scope = _Scope(_run)
    work = {"map": scope.expression(map), "reduce": scope.expression(reduce), "scope": scope.packed()}
    texts = [_pack(item, f"items[{index}]") for index, item in enumerate(items)]
    given = {"items": texts, "chunk": chunk, "retries": retries, "each": each}
    parts = outputs.cluster.spread(json.dumps(work | given))
    while (part := json.loads(await parts.next())) is not None:
        if "error" in part:
            raise RuntimeError(scope.explained(part["error"]))
        start, given = part["start"], part["results"]
        if "here" in given:
            results = await _worked(map, reduce, items[start : start + given["here"]], start, each)
        elif "failed" in given:
            results = [{"error": given["failed"]}] * given["count"]
        else:
            results = _unpack(given["text"])
        yield start, [_told(one, scope, given.get("on", "")) for one in results] if each else results


async def _spread_here(map, reduce, items, outputs, each):
    for index, item in enumerate(items):
        result = await _result_of(index, map, item, each)
        if reduce and index:
            whole = await _called(index, reduce, whole, result)
        else:
            whole = result
        outputs.progress(index + 1, len(items), "on this computer")
        if not reduce:
            yield index, [result]
        elif index + 1 == len(items):
            yield 0, [whole]


async def _result_of(index, map, item, each):
    if not each:
        return await _called(index, map, item) if map else item
    try:
        return {"value": await _called(index, map, item)}
    except RuntimeError as error:
        return {"error": str(error)}


def _told(outcome, scope=None, on=""):
    if "error" not in outcome:
        return outcome["value"]
    message = outcome["error"] + on
    return RuntimeError(scope.explained(message) if scope else message)


async def _called(index, fn, *given):
    try:
        return await _value(fn(*given))
    except Exception as error:
        raise RuntimeError(f"item {index}: {type(error).__name__}: {error}") from error


async def _value(result):
    return await result if hasattr(result, "__await__") else result


# On the computer that works


class _TaskValue:
    def __init__(self, text):
        self._text = text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {_TASK_VALUE: self._text}


async def _task(map, reduce, argument):
    given = _unpack(argument)
    start, each = given["start"], given.get("each", False)
    results = await _worked(map, reduce, given["items"], start, each)
    if each:
        results = [_travelling(one, index) for index, one in enumerate(results, start)]
    return _TaskValue(_pack(results, "the result"))


def _travelling(outcome, index):
    """As it is, or that it cannot travel: one result that cannot must not hold up the others."""
    try:
        _pack(outcome.get("value"), f"the result of item {index}")
        return outcome
    except (TypeError, ValueError) as error:
        return {"error": str(error)}


async def _worked(map, reduce, items, start, each):
    """The results of a part of the items; with reduce a list of the one that they became."""
    results = []
    for index, item in enumerate(items, start):
        result = await _result_of(index, map, item, each)
        if reduce and results:
            results[0] = await _called(index, reduce, results[0], result)
        else:
            results.append(result)
    return results


def _take_share(id, piece, count, text):
    pieces = _pieces.setdefault(id, {})
    pieces[piece] = text
    if piece + 1 == count:
        del _pieces[id]
        _shares[id] = "".join(pieces[one] for one in range(count))


def _shared(id):
    found = _shares[id]
    if type(found) is str:
        # Only now: whoever reads it has what it imports, by which a table is one.
        found = _shares[id] = Shared(id, _unpack(found))
    return found


# What a function takes along


class _Scope:
    """Definitions of the cell that functions read, as source. What cannot travel is no error before it is missed."""

    def __init__(self, run):
        self._run = run
        self._parts = {}
        self._shares = []
        self._reasons = {}
        self._size = 0

    def packed(self):
        # What was found last is what others need.
        code = "\n".join(reversed(self._parts.values()))
        return {"names": list(self._parts), "code": code, "shares": self._shares}

    def expression(self, fn):
        """What stands for a function in the program of a task."""
        if fn is None:
            return None
        for name, value in self._run.read.items():
            if value is fn:
                return name
        named = _by_import(fn)
        if named:
            return named
        node = _node_of(fn)
        self._take_names(fn.__code__)
        if isinstance(node, ast.Lambda):
            return f"({ast.unparse(node)})"
        if node.name not in self._parts:
            self._add(node.name, ast.unparse(node))
        return node.name

    def explained(self, message):
        found = re.search(r"NameError: name '(\w+)' is not defined", message)
        if found is None:
            return message
        reason = self._reasons.get(found[1])
        if reason:
            return f"{message}. It stayed on this computer: {reason}"
        return f"{message}. A function takes along what cells define: define “{found[1]}” at the top of the cell"

    def _take_names(self, code):
        for name in [*code.co_names, *(one for inner in code.co_consts if hasattr(inner, "co_names") for one in [inner])]:
            if not isinstance(name, str):
                self._take_names(name)
            elif name not in self._parts and name not in self._reasons:
                self._take(name)

    def _take(self, name):
        own = vars(self._run.module)
        if name not in own or own[name] is self._run.read.get(name, _Scope):
            return
        try:
            self._define(name, own[name])
        except (TypeError, ValueError) as error:
            self._reasons[name] = str(error)

    def _define(self, name, value):
        if isinstance(value, types.ModuleType):
            self._add(name, f"import importlib as _importlib\n{name} = _importlib.import_module({value.__name__!r})")
        elif isinstance(value, Shared):
            self._add(name, f"{name} = __meshbook_shared({value.id!r})")
            self._shares.append(value.id)
        elif _by_import(value):
            self._add(name, f"{name} = {_by_import(value)}")
        elif isinstance(value, types.FunctionType):
            node = _node_of(value)
            text = ast.unparse(node)
            self._add(name, f"{name} = {text}" if isinstance(node, ast.Lambda) else _renamed(text, node.name, name))
            self._take_names(value.__code__)
        elif isinstance(value, type):
            node = _class_node(value, self._run)
            self._add(name, ast.unparse(node))
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and inner.id not in self._parts and inner.id not in self._reasons:
                    self._take(inner.id)
        else:
            self._add(name, f"{name} = __meshbook_given({_pack(value, name)!r})")

    def _add(self, name, text):
        if self._size + len(text) > _SCOPE_LIMIT:
            raise ValueError(f"{name} is too large to travel with each task: give it to cluster.broadcast first")
        self._size += len(text)
        self._parts[name] = text


def _renamed(text, old, new):
    return text if old == new else f"{text}\n{new} = {old}"


def _by_import(value):
    """How to import what stands in a module; None for what does not."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or not name.isidentifier():
        return None
    if module in ("__main__", __name__) or getattr(sys.modules.get(module), name, None) is not value:
        return None
    return f"__import__('importlib').import_module({module!r}).{name}"


def _node_of(fn):
    if not isinstance(fn, types.FunctionType):
        raise TypeError(
            f"{_text(fn)[:100]} cannot travel to another computer: write a function around it, as in lambda x: f(x)"
        )
    code = fn.__code__
    if code.co_freevars:
        names = ", ".join(code.co_freevars)
        raise TypeError(
            f"{fn.__name__} cannot travel to another computer: it reads {names} of the function around it. "
            "Hand that over with the items, or define it at the top of the cell"
        )
    tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    kinds = ast.Lambda if fn.__name__ == "<lambda>" else (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(tree) if isinstance(node, kinds) and _first_line(node) == code.co_firstlineno]
    if not isinstance(kinds, tuple):
        same = [node for node in found if _same_code(node, code)]
        found = same or found
    if not found:
        raise TypeError(f"{fn.__name__} cannot travel to another computer: its source is not here any more")
    return found[0]


def _first_line(node):
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])


def _same_code(node, code):
    compiled = compile(ast.Expression(node), "", "eval").co_consts[0]
    return (compiled.co_code, compiled.co_names, compiled.co_varnames) == (code.co_code, code.co_names, code.co_varnames)


def _class_node(kind, run):
    lines = linecache.getlines(next((file for file in reversed(_files) if f"/{run.cell}/" in file), ""))
    for node in ast.walk(ast.parse("".join(lines))):
        if isinstance(node, ast.ClassDef) and node.name == kind.__qualname__:
            return node
    raise TypeError(f"{kind.__name__} cannot travel to another computer: its source is not here any more")
