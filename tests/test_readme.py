"""The README's examples, run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_examples_print_what_their_comments_say():
    program = "".join(PYTHON)
    said = re.findall(r"^print\(.*\)  # (.*)$", program, re.MULTILINE)
    assert len(said) >= len(PYTHON) > 0
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == said


def test_first_gradient_takes_five_lines():
    assert len([line for line in PYTHON[0].splitlines() if line]) <= 5
