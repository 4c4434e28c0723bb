"""Programs of the dialect that must mean what they mean in plain Python."""

PROGRAMS = {
    "arithmetic": "result = (1 + 2 * 3 - 4 / 5 // 1 % 7 ** 2, 1 << 4 | 3 & 2 ^ 1, ~5, -5, +5, not 5)",
    "comparisons": "result = (1 < 2 <= 2 != 3, 1 in [1], 2 not in (1,), None is None, [] is not None)",
    "boolean operators": "result = (0 or 'x', 1 and [], (1 if [] else 2))",
    "f-strings": "x = {'a': 1.5}\nresult = f\"{x['a']:>8.2f}|{x!r}|{'n'!s:^5}|{x['a']=}\"",
    "percent formatting": "result = ('%s %05.1f %r' % ('a', 2, 'b'), '%(k)s' % {'k': 1})",
    "format": "result = '{} {1[k]!r:>6} {0[0]:{w}}|{{}}'.replace('{} ', '{0} ').format([5], {'k': 'v'}, w=4)",
    "format automatic": "result = '{}{}{:>{}}'.format(1, 2, 3, 4)",
    "slices": "x = list(range(9))\nx[1:3] = 'ab'\ndel x[-1]\nresult = (x, x[::2], x[-3:], 'abc'[::-1])",
    "starred assignment": "a, *b, (c, *d) = 1, 2, 3, [4, 5, 6]\n[e, f] = 'xy'\nresult = (a, b, c, d, e, f)",
    "chained assignment": """
calls = []
def f():
    calls.append(1)
    return [1, 2]
a, b = c = f()
result = (a, b, c, len(calls))
""",
    "unpacking counts": """
result = []
for value in ([1], [1, 2, 3], 'ab'):
    try:
        a, b = value
        result.append((a, b))
    except ValueError as e:
        result.append(e.args[0])
""",
    "unpacking stops at an endless iterator": """
import itertools
try:
    a, b = itertools.count()
except ValueError as e:
    result = e.args[0]
""",
    "augmented names": "a = 5\na += 1; a -= 2; a *= 3; a /= 2; a //= 1; a **= 2; a %= 7\nresult = a",
    "augmented bits": "a = 6\na |= 1; a &= 5; a ^= 2; a <<= 3; a >>= 1\nresult = a",
    "augmented list is the same list": "a = b = [1]\na += [2]\nresult = (a, b, a is b)",
    "augmented items": "d = {'k': {'n': [1]}}\nd['k']['n'] += [2]\nd['k']['n'][0] += 10\nresult = d",
    "augmented item order": """
log = []
class Spy:
    def __init__(self, name):
        self.name = name
def note(name, value):
    log.append(name)
    return value
d = {'k': 1}
note('object', d)[note('index', 'k')] += note('value', 2)
result = (log, d)
""",
    "augmented item loads before the value": """
d = {'k': 1}
def grow():
    d['k'] = 100
    return 1
d['k'] += grow()
result = d
""",
    "augmented tuple index": "d = {(1, 2): 1}\nd[1, 2] += 1\nresult = d",
    "augmented attributes": """
class A:
    total = 0
a = A()
a.total += 2
A.total += 7
result = (a.total, A.total)
""",
    "augmented in a class body": "class A:\n    d = {'a': 1}\n    d['a'] += 1\nresult = A.d",
    "augmented missing key": "try:\n    d = {}\n    d['k'] += 1\nexcept KeyError as e:\n    result = e.args",
    "annotations are not evaluated": """
from __future__ import annotations
x: NotThere = 1
y: AlsoNotThere
def f(a: Nothing, *b: Nothing, c: Nothing = 2, **d: Nothing) -> Nothing:
    z: Nothing = a + c
    return z
class A:
    n: Nothing = 3
    m: Nothing
result = (x, f(1), A.n)
""",
    "annotated item": "d = {}\nd['k']: int = 1\nresult = d",
    "annotated local without value is unbound": """
n = 1
def f():
    n: int
    try:
        return n
    except UnboundLocalError:
        return 'unbound'
result = f()
""",
    "nonlocal and global": """
count = 0
def outer():
    n = 0
    def inner():
        nonlocal n
        global count
        n += 1
        count += 10
        return n
    return inner
f = outer()
result = (f(), f(), count)
""",
    "arguments": """
def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return (a, b, c, args, d, e, kw)
result = (f(1, d=4), f(*[1, 2], *(3, 4), d=0, **{'x': 1}, **{'y': 2}))
""",
    "unpacked keywords may be called f": "def g(**k):\n    return k\nresult = g(**{'f': 1, 'function': 2})",
    "lambda and closures": "fs = [lambda x, n=n: x + n for n in range(3)]\nresult = [f(1) for f in fs]",
    "decorators": """
def twice(f):
    def inner(*a):
        return f(f(*a))
    return inner
@twice
def inc(x):
    return x + 1
result = inc(1)
""",
    "generators": """
def gen(n):
    try:
        for i in range(n):
            got = yield i
        yield from 'ab'
        return 5
    finally:
        log.append('closed')
log = []
result = (list(gen(2)), log, sum(x for x in gen(0) if x == 'no'))
""",
    "comprehensions": """
result = ([x * y for x in range(3) for y in range(x) if y], {x: y for x, y in [(1, 2)]}, {1, 1})
""",
    "nested unpacking in loops": "result = [(a, b, c) for a, (b, c) in [(1, (2, 3))]]",
    "for else, while else": """
result = []
for i in range(3):
    if i == 5:
        break
else:
    result.append('else')
while True:
    result.append(len(result))
    if len(result) > 3:
        break
    continue
""",
    "loop targets": "d = {}\nfor d['k'] in range(3):\n    pass\nresult = d",
    "walrus": "result = ([y for x in range(4) if (y := x * x) > 1], y)",
    "exceptions": """
log = []
def f(x):
    try:
        return 10 / x
    except ZeroDivisionError as e:
        log.append(e.args)
        raise ValueError('bad', x) from e
    else:
        log.append('else')
    finally:
        log.append('finally')
try:
    f(0)
except (ValueError, KeyError) as e:
    result = (e.args, log, f(2))
""",
    "own exceptions": """
class Wrong(ValueError):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
class VeryWrong(Wrong):
    pass
try:
    raise VeryWrong(7, 'no')
except Wrong as e:
    result = (e.code, e.args, isinstance(e, ValueError))
""",
    "bare except": "try:\n    {}['x']\nexcept:\n    result = 'caught'",
    "assert": "try:\n    assert 1 == 2, 'no'\nexcept AssertionError as e:\n    result = e.args",
    "classes": """
class Animal:
    '''An animal.'''
    legs = 4
    def __init__(self, name):
        self.name = name
    def speak(self):
        return f'{self.name} {self.legs}'
    @property
    def loud(self):
        return self.speak().upper()
    @loud.setter
    def loud(self, value):
        self.name = value.lower()
    @staticmethod
    def make():
        return Animal('s')
    @classmethod
    def build(cls, name):
        return cls(name)
class Bird(Animal):
    legs = 2
    def speak(self):
        return super().speak() + '!'
class Parrot(Bird, object):
    def speak(self):
        return 'polly ' + super().speak()
p = Parrot.build('P')
p.loud = 'QUIET'
result = (p.speak(), p.loud, Animal.make().speak(), isinstance(p, Animal), issubclass(Parrot, Bird))
""",
    "comparison methods": """
class V:
    def __init__(self, n):
        self.n = n
    def __eq__(self, o):
        return self.n == o.n
    def __lt__(self, o):
        return self.n < o.n
    def __contains__(self, x):
        return x == self.n
result = (V(1) == V(1), [v.n for v in sorted([V(2), V(1)])], 3 in V(3))
""",
    "context managers": """
log = []
class Open:
    def __init__(self, swallow):
        self.swallow = swallow
    def __enter__(self):
        log.append('in')
        return (1, [2, 3])
    def __exit__(self, kind, error, where):
        log.append(error is not None)
        return self.swallow
with Open(True) as (a, [b, c]), Open(False):
    log.append((a, b, c))
    raise ValueError('x')
result = log
""",
    "match literals": """
def f(x):
    match x:
        case None:
            return 'none'
        case True:
            return 'true'
        case -1 | 'minus':
            return 'minus'
        case 1.5 | 2 + 3j:
            return 'number'
        case _:
            return 'other'
result = [f(x) for x in (None, True, -1, 'minus', 1.5, 2 + 3j, 9)]
""",
    "match sequences and mappings": """
def f(x):
    match x:
        case [1, *rest] if rest:
            return ('list', rest)
        case (a, b):
            return ('pair', a, b)
        case {'kind': 'user', 'id': str(name) | int(name), **rest}:
            return ('map', name, rest)
        case {'n': [float() as n, _]}:
            return n
        case str() | bool():
            return 'text'
        case [*_]:
            return 'seq'
result = [f(x) for x in ([1, 2, 3], [1], (4, 5), {'kind': 'user', 'id': 'u', 'z': 1}, {'n': [1.5, 2]}, 't', False, [7])]
""",
    "match assigns items": """
d = {}
match [1, 2]:
    case [x, y]:
        d['k'] = x + y
        d['k'] += 1
result = d
""",
    "async": """
async def double(x):
    return x * 2
async def main():
    first = await double(4)
    rest = [await double(n) for n in range(3)]
    d = {'k': 1}
    d['k'] += await double(5)
    return (first, rest, d)
def drive(coroutine):
    return coroutine
result = main()
""",
    "imports": """
import json as j
import urllib.parse
import urllib.parse as up
from urllib import parse
from json import dumps, loads as read
result = (j.dumps({'a': [1, None]}), read('[1.5]'), urllib.parse.quote('a b'), up.unquote('a%20b'), parse.quote('/'),
    dumps('ü'))
""",
    "builtin functions": """
result = (abs(-1), all([1]), any([]), bin(5), bool([]), chr(65), divmod(7, 2), list(enumerate('ab')), hex(9),
    list(filter(None, [0, 1])), float('1'), int('7'), len('abc'), list(map(str.upper, 'ab')), max(1, 2),
    min([3, 4], key=lambda x: -x), oct(8), ord('a'), pow(2, 3, 5), repr('x'), list(reversed([1, 2])), round(2.567, 1),
    sorted('ba', reverse=True), str(5), sum([1, 2]), tuple('ab'), list(zip('ab', 'cd')), format(3.14159, '.2f'),
    isinstance(1, (int, str)), hasattr('x', 'upper'), getattr('x', 'nope', 7), next(iter([4])), callable(len))
""",
    "dict methods": """
d = {'a': 1}
d.setdefault('b', []).append(2)
d.update(c=3, **{'e': 4})
result = (d | {'a': 9}, d.get('z', 0), d.pop('a'), list(d.items()), dict.fromkeys('xy', 0), sorted(d))
""",
    "text methods": """
result = [s.strip().title() for s in ' a b, c '.split(',')] + ['-'.join('ab').encode().hex()]
""",
    "datetime": """
from datetime import datetime, timedelta, timezone
d = datetime(2026, 5, 14, 10, 30, tzinfo=timezone.utc) + timedelta(days=1)
result = (d.isoformat(), f'{d:%Y-%m}', d.strftime('%H:%M'), datetime.strptime('2026-01-02', '%Y-%m-%d').day,
    datetime.fromisoformat('2026-05-14T10:30:00+00:00').timestamp(), (d - timedelta(1)).date().weekday(), str(d))
""",
    "re": r"""
import re
p = re.compile(r'(?P<user>\w+)@(\w+)', re.IGNORECASE)
m = p.search('mail Bob@example')
result = (m['user'], m.group(2), m.groupdict(), re.sub(r'(a)(b)', r'\2\1', 'abab'), p.sub(lambda m: m.group(1), 'x@y'),
    re.findall('[0-9]', 'a1b2'), re.split(',', 'a,b'), re.fullmatch('a', 'b'),
    [m.span() for m in re.finditer('a', 'aa')])
""",
    "numbers": """
import math, statistics, decimal
from decimal import Decimal, ROUND_HALF_UP
from fractions import Fraction
result = (math.isclose(math.pi, 3.14159265, rel_tol=1e-6), statistics.mean([1, 2]),
    Decimal('1.005').quantize(Decimal('0.01'), rounding=ROUND_HALF_UP), Fraction(1, 3) + 1, Fraction('0.5').numerator)
""",
    "digests": """
import hashlib, hmac, base64, binascii
result = (hashlib.sha256(b'x').hexdigest(), hashlib.new('sha1', b'x').digest(),
    hmac.new(b'k', b'm', hashlib.sha256).hexdigest(),
    hmac.new(b'k', b'm', 'sha512').digest(), base64.urlsafe_b64encode(b'??>').decode(), binascii.hexlify(b'a'),
    hmac.compare_digest('a', 'a'))
""",
    "containers": """
from collections import Counter, OrderedDict, defaultdict, deque
import itertools, functools, copy
c = Counter('hello'); c['z'] += 2
g = defaultdict(list); g['a'].append(1); g['b'] += [2]
q = deque([1, 2], maxlen=2); q.append(3)
x = {'a': [1]}; y = copy.deepcopy(x); y['a'].append(2)
result = (c.most_common(1), dict(g), list(q), x, y, list(itertools.chain.from_iterable(['ab', 'c'])),
    list(itertools.islice(itertools.count(), 3)), functools.reduce(lambda a, b: a + b, [1, 2]), OrderedDict(a=1),
    sorted([3, 1], key=functools.cmp_to_key(lambda a, b: a - b)))
""",
    "web": """
import ipaddress, html, unicodedata, textwrap, string
from urllib.parse import urlsplit, urlencode, parse_qs, urljoin
u = urlsplit('https://bob@example.com:8080/p?q=1#f')
result = (u.hostname, u.port, u.query, urlencode({'a': 'b c'}), parse_qs('a=1&a=2'), urljoin('http://x/a', 'b'),
    ipaddress.ip_address('10.0.0.1') in ipaddress.ip_network('10.0.0.0/8'), ipaddress.ip_address('::1').is_loopback,
    html.escape('<'), unicodedata.normalize('NFC', 'u\\u0308'), textwrap.shorten('a b c d', 5), string.digits)
""",
}
