// Cells in Python and what they define and read: for the analysis itself, and to compare it with CPython's.

/** source, what it defines, what it reads from other cells, what it reads only from a cell above */
export type PythonCase = readonly [source: string, defines: string, inputs: string, fallbacks?: string];

const ASSIGNMENTS: readonly PythonCase[] = [
  ["x = 1", "x", ""],
  ["x = y = z", "x y", "z"],
  ["x, (y, *z) = 1, 2", "x y z", ""],
  ["[a, b] = c", "a b", "c"],
  ["(a) = 1", "a", ""],
  ["x: int = y", "x", "y"],
  ["x: Thing", "", "Thing"],
  ["x = x + 1", "x", "x"],
  ["x += 1", "x", "x"],
  ["x = 1\nx += y\nx", "x", "y"],
  ["x = 1; y = x; y", "x y", ""],
  ["x[0] = y", "x", "x y"],
  ["x.a.b[i] = 1", "x", "x i"],
  ["(x).a += 1", "x", "x"],
  ["x = []\nx[0] = 1", "x", ""],
  ["x[0].append(1)", "", "x"],
  ["f(x).a = 1", "", "f x"],
  ["a.x, b[0] = 1, 2", "a b", "a b"],
  ["print((n := 10) + n)", "n", ""],
  ["_x = 1\n_x + y", "", "y"],
  ["__name__", "", ""],
  ["ñandú = é", "ñandú", "é"],
  ["type = 1\nmatch = type", "type match", ""],
];

const DELETIONS: readonly PythonCase[] = [
  ["x = 1\ndel x", "", ""],
  ["del x", "", "x"],
  ["del x[0], y.a", "x y", "x y"],
  ["x = 1\ndel x\nx = 2", "x", ""],
];

const IMPORTS: readonly PythonCase[] = [
  ["import a", "a", ""],
  ["import a.b.c, d as e", "a e", ""],
  ["import a.b as c", "c", ""],
  ["from m import x, y as z", "x z", ""],
  ["from .m import (x,\n  y as z,\n)", "x z", ""],
  ["import a.b\na.b.c()", "a", ""],
  ["import html\nhtml.escape(s)", "html", "s"],
];

const FUNCTIONS: readonly PythonCase[] = [
  ["def f(): pass", "f", ""],
  ["async def f(a): await a", "f", ""],
  ["def f(a, b=c, *args, d: T = e, **kw) -> R:\n  return a, b, args, d, kw, g", "f", "c T e R g"],
  ["def f():\n  x = 1\n  return x + y", "f", "y"],
  ["def f():\n  return x\nx = 1", "f x", ""],
  ["def f(): return g()\ndef g(): return f()", "f g", ""],
  ["def f():\n  print(x)\n  x = 1", "f", ""],
  ["def f():\n  global x\n  x = 1", "f x", "", "x"],
  ["def f():\n  global x\n  x = 1\nx = 0", "f x", ""],
  ["def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n  return g", "f", ""],
  ["def f():\n  x = 1\n  def g():\n    global x\n    return x\n  return g", "f", "x"],
  ["def f():\n  for i, (j, k) in xs: pass\n  return i, j, k", "f", "xs"],
  ["def f():\n  with a as b: c = b\n  try: pass\n  except E as e: e\n  return b, c, e", "f", "a E"],
  ["def f():\n  import a.b\n  from m import n as o\n  return a, o, n", "f", "n"],
  ["def f(self):\n  self.x = y", "f", "y"],
  ["def f():\n  x[0] = 1", "f", "x"],
  ["def f():\n  del x\n  x = 1", "f", ""],
  ["def f():\n  class C: x = 1\n  return C, x", "f", "x"],
  ["def f():\n  [y := 1 for z in zs]\n  return y, z", "f", "zs z"],
  // Annotations in functions give the function names, although nobody evaluates them.
  ["def f():\n  v = y\n  b: [y := 1 for z in w]", "f", "w"],
  ["def f():\n  v = x, y\n  def g(p: [y := 1 for z in w]) -> [x := 1 for z in w]: pass", "f", "w"],
  ["f = lambda a, b=c: a + b + d", "f", "c d"],
  ["f = lambda *a, **k: (a, k, x)\nx = 1", "f x", ""],
  ["@dec.a(b)\n@other\ndef f(): pass", "f", "dec b other"],
  ["def f[T: B](x: T) -> T: return x", "f", "B"],
  ["def fact(n): return n * fact(n - 1)", "fact", ""],
  ["def f(x=x): return x", "f", "x"],
];

const CLASSES: readonly PythonCase[] = [
  ["class C: pass", "C", ""],
  ["class C(Base, metaclass=M):\n  x = 1\n  y = x\n  def m(self): return x, y", "C", "Base M x y"],
  ["class C:\n  x = x", "C", "x"],
  ["class C[T]:\n  def m(self) -> T: return C", "C", ""],
  ["class C:\n  x = 1\n  z = [x for _ in range(3)]", "C", "x"],
  ["@dataclass\nclass P:\n  x: float = 0\n  y: Unit = ZERO", "P", "dataclass Unit ZERO"],
  ["class C:\n  def a(self): return self.b\n  b = property(a)", "C", ""],
];

const SCOPES: readonly PythonCase[] = [
  ["[x * y for x in xs if x > z]", "", "y xs z"],
  ["[x for x in x]", "", "x"],
  ["any(x > z for x in xs if x)", "", "xs z"],
  ["total = sum(x * y for x in xs for y in x)", "total", "xs"],
  ["def f(words):\n  return g(w.lower() for w in words)", "f", "g"],
  ["[a for b in bs for a in b]", "", "bs"],
  ["{k: v for k, v in d.items()}", "", "d"],
  ["{x for x in y}, (x for x in y)", "", "y"],
  ["[n for n in ns if (last := n)]", "last", "ns"],
  ["[x async for x in y]", "", "y"],
  ["[a for a in x for b in b]", "", "x"],
  ["x = [x for x in range(3)]", "x", ""],
];

const BLOCKS: readonly PythonCase[] = [
  ["for i in xs: print(i)", "", "xs"],
  ["for i, (j, k) in a, b:\n  t = i\nelse: p", "t", "a b p", "t"],
  ["i = 0\nfor i in xs: pass", "i", "xs"],
  ["for x[0] in y: pass", "x", "x y"],
  ["async for i in xs: pass", "", "xs"],
  ["while x > 0: x -= 1", "x", "x"],
  ["while c: y = 1", "y", "c", "y"],
  ["with open(f) as g, h() as i: i.x", "g i", "f h"],
  ["with a as (b, c): pass", "b c", "a"],
  ["async with a as b: b", "b", "a"],
  ["if c: x = 1", "x", "c", "x"],
  ["if c: x = 1\nelse: x = 2\nx", "x", "c"],
  ["if c: x = 1\nelif d: x = 2\nelse: y = x", "x y", "c d x", "y"],
  ["x = 0\nif c: x = 1\nx", "x", "c"],
  ["try: import m\nexcept ImportError: m = None\nm", "m", ""],
  ["try: x = a\nexcept E as e: print(e)\nelse: y = x\nfinally: z", "x y", "a E z", "x y"],
  ["try: pass\nexcept* E as e: e", "", "E"],
  [
    "match v:\n  case Point(x=0, y=yy) if g: a\n  case [h, *rest] | {'k': w, **kw}: b\n  case C.D: c\n  case str() as s: d\n  case _: f",
    "yy h rest w kw s",
    "v Point g a b C c d f",
    "yy h rest w kw s",
  ],
  ["with a as b, b.c as d: pass", "b d", "a"],
  ["with (a as b, c(b) as d,): pass", "b d", "a c"],
  ["with (a, b): pass", "", "a b"],
  ["with (a).b as c: pass", "c", "a"],
  ["if a: pass\nelif (n := b): pass\nelse: n", "n", "a b", "n"],
  ["if a:\n  for i in b: pass\ni", "", "a b", "i"],
  ["match (x)\nmatch[x]\nmatch: x = 1\nmatch -x", "match", "match x"],
  ["match (x):\n  case 1: y = 1", "y", "x", "y"],
  ["try: pass\nexcept A, B: pass", "", "A B"],
  ["type X[T] = list[T, Y]", "X", "Y"],
  ["a if b else c", "", "a b c"],
  ["assert x, y", "", "x y"],
  ["raise E(x) from y", "", "E x y"],
];

const EXPRESSIONS: readonly PythonCase[] = [
  ["f(a, k=b, *c, **d)", "", "f a b c d"],
  ["a.b.c(d)[e:g]", "", "a d e g"],
  ["f'{x} {y!r:>{w}} {z=}'", "", "x y w z"],
  ["f'{x:{y}}' f\"{z!r:=^{w}} {'{v}'}\" rf'\\{u}' f'{{t}}\\N{EM DASH}'", "", "x y z w u"],
  ["f'{x:=5} {(y := z)} {a != b} {a[b:c]:{d}}'", "y", "x z a b c d"],
  ["t'{x} {y!r}'", "", "x y"],
  ["f(*a if b else c, **d or e, k=(g))", "", "f a b c d e g"],
  ["x = 1 \\\n  + y", "x", "y"],
  ["ﬁx = 1\nfix", "fix", ""],
  ["0xF, 1_0.5e-3j, 1. .real, 1if a else b", "", "a b"],
  ["await x", "", "x"],
  ["print(len(xs), sum(ys))", "", "xs ys"],
  ["display(html('<b>'), x)", "", "x"],
  ['\'x\' + """y""" # z', "", ""],
  ["not x, -y, x < y < z, x and y or z", "", "x y z"],
  ["{**a, 'b': c}, [*d], {e}", "", "a c d e"],
  ["x if (y := z) else y", "y", "x z"],
  ["...", "", ""],
  ["", "", ""],
];

/** All of them are what Python can read. */
export const PYTHON_CASES: readonly PythonCase[] = [
  ...[ASSIGNMENTS, DELETIONS, IMPORTS, FUNCTIONS, CLASSES],
  ...[SCOPES, BLOCKS, EXPRESSIONS],
].flat();
