"""The objects of each instruction-set level: what they export, and that their loops are vectorised.

The objects are those that the build left in build/ when the library was installed; where there are none,
the test compiles them there itself.
"""

import itertools
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
STOP = re.compile(r"jmpq?$|retq?$|ud2$|br?$|brk$")  # what follows is not what comes next

# Functions whose loops fill the registers of their level: elementwise ones, folds, products. Lanes of one
# element (bool, complex) promise nothing, and SSE2 neither multiplies nor orders 64-bit integers.
WIDE = re.compile(
    r"::Lane<.*::(forward|adjoint)\b|::FoldOf<.*::(?!short_lines)\w+\(|::(product|dot|slide|slide_lines)<"
)
NARROW = {"baseline": re.compile(r"(ProductFold|ExtremumFold<(true|false)>), (unsigned )?long>")}

# Of integers these are known beforehand: nothing is computed.
CONSTANT = re.compile(r"Loops<wg::Is(finite|nan|inf), .*::Lane<(int|long),")

# What formulas take from the C library, a call per element: remainders, powers at the lowest level, and
# all that complex numbers need, whose lanes hold one element.
LIBRARY = re.compile(r"(fmod|pow)f?")
LIBRARY_OF_COMPLEX = re.compile(r"[a-z]+[0-9]?[a-z]?")


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


def successors(body):
    """Return, for each instruction, the positions of those that may follow it in the function."""
    place = {line[0]: i for i, line in enumerate(body)}
    following = [[i] for i in range(1, len(body))] + [[]]
    for i, (_, mnemonic, operands) in enumerate(body):
        if STOP.match(mnemonic):
            following[i] = []
        if JUMP.match(mnemonic) and (target := re.match(r"(?:\w+, )*([0-9a-f]+)\b", operands)):
            following[i] += [place[at] for at in [int(target[1], 16)] if at in place]
    return following


def back_edges(following):
    """Return the edges (from, to) of a depth-first walk that lead back to where it came through."""
    edges, is_open = [], [None] * len(following)
    for root in range(len(following)):
        path = [(root, iter([root]))]
        while path:
            here, rest = path[-1]
            for there in rest:
                if is_open[there]:
                    edges.append((here, there))
                elif is_open[there] is None:
                    is_open[there] = True
                    path.append((there, iter(following[there])))
                    break
            else:
                is_open[here] = False
                path.pop()
    return edges


def loops(body):
    """Return the loops of a function, each as the set of positions of its instructions.

    A loop is what reaches the end of a backward edge without passing its head.
    """
    following = successors(body)
    before = [[] for _ in body]
    for here, theirs in enumerate(following):
        for there in theirs:
            before[there].append(here)
    found = {}
    for end, head in back_edges(following):
        inside = found.setdefault(head, {head})
        reached = [end]
        while reached:
            here = reached.pop()
            if here not in inside:
                inside.add(here)
                reached += before[here]
    return list(found.values())


@cache
def array_loops(path):
    """Return (name, loops as instructions) of every function of an object that has loops.

    Of a fold, whose outer loops join blocks and rows, the innermost loops count. What is for values that
    are rare was moved out of the way: by the compiler (.cold), or by hand (lane_by_lane). What passes
    strided operands on to a dense loop block by block (run_blocks) calls that once a block, what folds
    lines (lines) once a line; the short ones, which are side by side, are picked up number by number.
    """
    walks = []
    for name, body in functions(path):
        if not name.endswith(".cold") and not re.search(
            r"lane_by_lane|::(run_blocks|lines)[<(]", name
        ):
            found = loops(body)
            if "::FoldOf<" in name:
                found = [inside for inside in found if not any(part < inside for part in found)]
            if found:
                walks.append((name, [[body[i] for i in sorted(inside)] for inside in found]))
    return walks


def share(register, loop):
    """Return the share of a loop's instructions that name a register."""
    return sum(bool(re.search(register, operands)) for _, _, operands in loop) / len(loop)


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
            for name, found in array_loops(path):
                library = LIBRARY_OF_COMPLEX if "ComplexLane<" in name else LIBRARY
                for _, mnemonic, operands in itertools.chain(*found):
                    if CALL.match(mnemonic) and "lane_by_lane" not in operands:
                        callee = operands.split()[-1].split("-")[0]
                        if not library.fullmatch(callee):
                            calls.add((path.name, name, callee))
    assert not calls


@pytest.mark.parametrize("level", LEVELS)
def test_loops_use_the_registers_of_their_level(level):
    filled, scalar = 0, set()
    for path in objects():
        if level_of(path) == level:
            for name, found in array_loops(path):
                is_narrow = level in NARROW and NARROW[level].search(name)
                if WIDE.search(name) and not is_narrow and not CONSTANT.search(name):
                    # A fold that is taken apart into single numbers still loads whole registers.
                    least = 0.5 if "::FoldOf<" in name else 0.0
                    if max(share(REGISTER[level], loop) for loop in found) > least:
                        filled += 1
                    else:
                        scalar.add((path.name, name))
    assert filled
    assert not scalar
