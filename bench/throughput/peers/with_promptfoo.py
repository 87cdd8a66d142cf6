"""promptfoo: its command, with `--repeat`; becomes that command, so that its time is measured.

python with_promptfoo.py NODE PROMPTFOO URL ITEMS DRAWS ABREAST
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

node, promptfoo, url = sys.argv[1:4]
items, draws, abreast = map(int, sys.argv[4:])
config = {
    "prompts": ["{{prompt}}"],
    "providers": [
        {
            "id": "openai:chat:tiny",
            "config": {"apiBaseUrl": url, "temperature": 1.0, "max_tokens": 16},
        }
    ],
    "tests": [
        {
            "vars": {"prompt": f"{item}+1="},
            "assert": [{"type": "equals", "value": f"[{item + 1}]"}],
        }
        for item in range(items)
    ],
}
Path("promptfoo.json").write_text(json.dumps(config), encoding="utf-8")
options = ["--no-cache", "--no-table", "--no-progress-bar", "--no-share"]
os.execv(  # noqa: S606  there is no shell
    node,
    [
        node, promptfoo, "eval", "-c", "promptfoo.json", "-j", str(abreast),
        "--repeat", str(draws), *options, "-o", "found.json",
    ],
)  # fmt: skip
