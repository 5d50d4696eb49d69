# What CPython itself finds in a cell: by the symbol tables of its compiler, by its syntax trees where these say more, and
# by the code that it makes of the cell, in which each instruction knows its place.
import ast, dis, json, symtable, sys, types, warnings, zipfile

warnings.simplefilter("ignore")


def analyse(source):
    """As JSON; null for what this Python cannot read."""
    try:
        names = names_of(source)
    except (SyntaxError, ValueError):
        return "null"
    try:
        return json.dumps({**names, **places_of(source)})
    except SyntaxError:
        # Its names are clear, and it means nothing all the same: CPython makes no code of it.
        return json.dumps({**names, "module": [], "function": []})


def names_of(source):
    top = symtable.symtable(source, "cell", "exec")
    assigned, referenced, local = set(), set(), set()

    def visit(table, outermost):
        for symbol in table.get_symbols():
            if table.get_type() == "class" and (symbol.is_assigned() or symbol.is_imported()):
                local.add(symbol.get_name())
            if not (outermost or is_global(symbol)):
                continue
            if symbol.is_assigned() or symbol.is_imported():
                assigned.add(symbol.get_name())
            if symbol.is_referenced():
                referenced.add(symbol.get_name())
        for child in table.get_children():
            visit(child, False)

    visit(top, True)
    nodes = list(ast.walk(ast.parse(source)))

    # The tables of comprehensions do not know what the function around them declares.
    declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}

    def named(targets):
        return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}

    return {
        "assigned": sorted(assigned),
        "referenced": sorted(referenced),
        "locals": sorted(local | declared),
        "inner": sorted(
            named(node.target for node in nodes if isinstance(node, ast.comprehension))
            | named(node.target for node in nodes if isinstance(node, ast.AnnAssign) and not node.value)
            # In a function, nobody evaluates them: they are named there all the same.
            | named(node.annotation for node in nodes if isinstance(node, ast.AnnAssign))
        ),
        "loops": sorted(named(node.target for node in nodes if isinstance(node, (ast.For, ast.AsyncFor)))),
        "handlers": sorted({node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name}),
        "deleted": sorted(named(target for node in nodes if isinstance(node, ast.Delete) for target in node.targets)),
        "changed": sorted(
            named(
                node
                for node in nodes
                if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del))
            )
            # Tables do not tell what comprehensions assign around them.
            | named(node.target for node in nodes if isinstance(node, ast.NamedExpr))
        ),
    }


def is_global(symbol):
    # Symbol tables take those of a function that is called `top` for the module's.
    own = symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter()
    return symbol.is_global() and (symbol.is_declared_global() or not own)


OUTSIDE = {"LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL"}
NAMED = {"LOAD_NAME", "STORE_NAME", "DELETE_NAME"}
WITHIN = ("LOAD_FAST", "STORE_FAST", "DELETE_FAST", "LOAD_DEREF", "STORE_DEREF", "DELETE_DEREF")


def places_of(source):
    """Offsets (of UTF-16) where the code names a variable of the module, and where one of a function."""
    starts, lines = [0], source.split("\n")
    for line in lines:
        starts.append(starts[-1] + utf16(line) + 1)
    # In a class, it is known only when it is executed whether a name is read from the class or the module.
    module, function, unclear = [], [], []

    def visit(code):
        for instruction in dis.get_instructions(code):
            where, name = instruction.positions, instruction.argval
            if where is None or where.lineno is None or where.lineno != where.end_lineno or where.lineno < 1:
                continue
            line = lines[where.lineno - 1].encode()
            # Of a definition, the place is another than that of its name.
            if line[where.col_offset : where.end_col_offset].decode(errors="replace") != name:
                continue
            place = [starts[where.lineno - 1] + utf16(line[: where.col_offset].decode()), name]
            if instruction.opname in OUTSIDE or (instruction.opname in NAMED and code.co_name == "<module>"):
                module.append(place)
            elif instruction.opname.startswith(WITHIN) or instruction.opname == "STORE_NAME":
                function.append(place)
            elif instruction.opname == "LOAD_NAME":
                unclear.append(place)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                visit(constant)

    visit(compile(source, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True))
    return {"module": module, "function": [place for place in function if place not in unclear]}


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def library(start, step):
    """Sources of Python's own library, as they are packed here."""
    packed = zipfile.ZipFile(next(path for path in sys.path if path.endswith(".zip")))
    files = [name for name in sorted(packed.namelist()) if name.endswith(".py")]
    return json.dumps([[name, packed.read(name).decode("utf-8", "replace")] for name in files[start::step]])


(analyse, library)
