"""The objects of each instruction-set level: what they export, and that their loops are vectorised.

The objects are those that the build left in build/ when the library was installed; where there are none,
the test compiles them there itself.
"""

import platform
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
X86 = platform.machine() in {"x86_64", "AMD64"}
LEVELS = ["baseline", "avx2", "avx512"] if X86 else ["neon"]
REGISTER = {"baseline": r"%xmm\d", "avx2": r"%ymm\d", "avx512": r"%zmm\d", "neon": r"\bv\d+\.\d"}
CALL = re.compile(r"callq?$|blr?$")
JUMP = re.compile(r"j\w+|b(\.\w+)?$|cbn?z$|tbn?z$")

# What a formula takes from the C library, a call per element: remainders, powers of a baseline CPU, and
# the functions of complex numbers, whose lanes hold one element.
LIBRARY = re.compile(r"(fmod|pow|c(exp|log|pow|sqrt|a?(sin|cos|tan)h?))f?")


# Functions whose loops fill the registers of their level. Lanes of one element (bool, complex) promise
# nothing.
WIDE = re.compile(r"::Lane<.*::(forward|adjoint)\b|::FoldOf<")


def run(*command):
    """Return what a tool prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def kernel_builds():
    """Return the objects of each optimised build, those that belong to a level."""
    builds = [path for path in (ROOT / "build").glob("*") if is_optimised(path)]
    found = [[o for level in LEVELS for o in b.glob(f"**/kernels/{level}_*.o")] for b in builds]
    return [paths for paths in found if paths]


def is_optimised(build):
    """Tell a build as it is installed from one for debugging or with sanitizers."""
    cache_file = build / "CMakeCache.txt"
    text = cache_file.read_text() if cache_file.exists() else ""
    return bool(
        re.search(r"^CMAKE_BUILD_TYPE:\w+=(Release|RelWithDebInfo)$", text, re.MULTILINE)
        and re.search(r"^WENGERT_SANITIZE:\w+=$", text, re.MULTILINE)
    )


@cache
def objects():
    """Return the objects to look at: those of the build that ended last, made if there is none."""
    if not (builds := kernel_builds()):
        with tempfile.TemporaryDirectory() as wheels:
            run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", wheels, ROOT)
        builds = kernel_builds()
    return sorted(max(builds, key=lambda paths: max(path.stat().st_mtime for path in paths)))


def functions(path):
    """Yield the functions of an object: name, and instructions as (address, mnemonic, operands)."""
    name, body = "", []
    for line in run("objdump", "-dr", "-C", "--no-show-raw-insn", path).splitlines():
        if start := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            if body:
                yield name, body
            name, body = start[1], []
        elif instruction := re.match(r"\s+([0-9a-f]+):\s+(\S+)\s*(.*)", line):
            address, mnemonic, operands = instruction.groups()
            if mnemonic.startswith("R_"):  # a relocation: what the instruction before refers to
                body[-1] = (*body[-1][:2], f"{body[-1][2]} {operands}")
            else:
                body.append((int(address, 16), mnemonic, operands))
    if body:
        yield name, body


def loops(body):
    """Yield the instructions of every loop: from the target of a backward jump to the jump."""
    first = body[0][0]
    for address, mnemonic, operands in body:
        target = re.match(r"(?:\w+, )*([0-9a-f]+)\b", operands)
        if JUMP.match(mnemonic) and target and first <= int(target[1], 16) <= address:
            yield [line for line in body if int(target[1], 16) <= line[0] <= address]


@cache
def array_loops(path):
    """Return (name, instructions in its loops) of every function of an object that has loops.

    What the compiler moved out of the way (.cold) is for values that are rare.
    """
    walks = []
    for name, body in functions(path):
        if not name.endswith(".cold"):
            inside = [line for loop in loops(body) for line in loop]
            if inside:
                walks.append((name, inside))
    return walks


def level_of(path):
    return path.name.split("_")[0]


def test_every_level_has_its_objects():
    units = {level: set() for level in LEVELS}
    for path in objects():
        units[level_of(path)].add(path.name.split("_", 1)[1])
    assert all(units.values())
    assert len({frozenset(names) for names in units.values()}) == 1


@pytest.mark.parametrize("level", LEVELS)
def test_one_symbol_is_exported_and_none_is_weak(level):
    for path in objects():
        if level_of(path) == level:
            symbols = run("nm", "-C", "--defined-only", "--extern-only", path).splitlines()
            kinds = [line.split()[1] for line in symbols]
            assert kinds == ["T"], f"{path.name} exports {symbols}"
            assert path.name.removesuffix(".cpp.o") in symbols[0]


@pytest.mark.parametrize("level", LEVELS)
def test_no_loop_calls_a_function(level):
    calls = set()
    for path in objects():
        if level_of(path) == level:
            for name, inside in array_loops(path):
                for operands in (line[2] for line in inside if CALL.match(line[1])):
                    callee = operands.split()[-1].split("-")[0]
                    if not LIBRARY.fullmatch(callee):
                        calls.add((path.name, name, callee))
    assert not calls


@pytest.mark.parametrize("level", LEVELS)
def test_loops_use_the_registers_of_their_level(level):
    filled, scalar = 0, set()
    for path in objects():
        if level_of(path) == level:
            for name, inside in array_loops(path):
                if WIDE.search(name):
                    if re.search(REGISTER[level], " ".join(line[2] for line in inside)):
                        filled += 1
                    else:
                        scalar.add((path.name, name))
    assert filled
    assert not scalar
