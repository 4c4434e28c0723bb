"""After ``preload`` nothing that scripts do opens a file or loads a module."""

import subprocess
import sys
from pathlib import Path

CHILD = """
import runpy, sys, warnings
warnings.simplefilter("ignore")
from actions_sandbox.policy import compile_source, describe_exception, new_namespace, preload
programs = runpy.run_path(sys.argv[1])["PROGRAMS"]
preload()
seen = []
def watch(event, details):
    if event in ("open", "import", "os.listdir", "socket.__new__", "subprocess.Popen", "ctypes.dlopen"):
        seen.append((event, details[0]))
sys.addaudithook(watch)
late = {
    "codecs": "for n in ('idna', 'utf-16', 'cp1252', 'punycode', 'utf-8-sig'):\\n    'x'.encode(n).decode(n)",
    "unknown codec": "try:\\n    'x'.encode('no-such')\\nexcept LookupError:\\n    pass",
    "counter": "from collections import Counter\\nCounter('aab').most_common(1)",
    "dates": "from datetime import datetime as d\\nd.strptime('1 May 26 +0100', '%d %b %y %z').strftime('%c %p')",
    "own zone": "from datetime import datetime as d\\nd.now().astimezone()",
    "template": "import re\\nre.sub('(a)', r'\\\\\\\\1', 'a')\\nre.match('(a)', 'a').expand(r'\\\\\\\\1')",
    "zones": "from zoneinfo import ZoneInfo\\nZoneInfo('America/New_York'); ZoneInfo('Asia/Kolkata')",
    "urls": "from urllib.parse import urlsplit\\nurlsplit('http://[::1]:80/').port",
    "numbers": "import statistics\\nstatistics.quantiles([1, 2, 3]); statistics.linear_regression([1, 2], [3, 4])",
    "random": "import random, uuid\\nrandom.random(); random.sample([1, 2], 1); uuid.uuid4()",
    "error": "{}['x']",
    "json error": "import json\\njson.loads('{')",
}
for name, source in {**programs, **late}.items():
    compiled = compile_source(source, filename="a.py", trigger=None)
    try:
        exec(compiled.code, new_namespace(lambda level, text: None))
    except Exception as error:
        describe_exception(error, {"a.py": source})
        if "error" not in name:
            raise
allowed = {"encodings.no_such"}
print([item for item in seen if item[1] not in allowed])
"""


def test_nothing_is_opened_or_loaded_after_preload() -> None:
    """A sealed worker can do everything that the language offers."""
    programs = Path(__file__).with_name("test_language.py")
    done = subprocess.run([sys.executable, "-c", CHILD, str(programs)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "[]\n"
