"""The floors of the source: who may include whom, who may know Python, where templates stop."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CSRC = ROOT / "csrc"
KNOWS = {
    "core": [],
    "formulas": [],
    "kernels": ["formulas", "core"],
    "graph": ["core"],
    "primitives": ["graph", "kernels"],
    "sweeps": ["primitives"],
    "tape": ["sweeps"],
    "bindings": ["tape"],
}
SUFFIXES = {".h", ".hpp", ".inl", ".c", ".cpp"}
SOURCES = sorted(p for p in CSRC.rglob("*") if SUFFIXES & set(p.suffixes))
BINARY = {".gz", ".npz", ".pdf", ".png", ".svg"}

each_source = pytest.mark.parametrize(
    "source", SOURCES, ids=lambda p: p.relative_to(CSRC).as_posix()
)


def below(floor):
    """Return every floor that `floor` may include, itself among them."""
    return {floor}.union(*(below(known) for known in KNOWS[floor]))


def floor_of(path):
    return path.relative_to(CSRC).parts[0]


def code(path):
    """Return the text of a source file without its comments."""
    literal_or_comment = r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/'
    return re.sub(
        literal_or_comment,
        lambda match: match[0] if match[0].startswith('"') else " ",
        path.read_text(),
        flags=re.DOTALL,
    )


def tracked_files():
    """Return what git tracks; outside a checkout, every file that no build made."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        names = subprocess.run(
            [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        return [ROOT / name for name in names if name and os.path.lexists(ROOT / name)]
    made = {
        ".git",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        "__pycache__",
        "build",
    }
    return [p for p in ROOT.rglob("*") if not p.is_dir() and not made & set(p.parts)]


def paths_outside(path, text):
    """Find paths to places of one machine, and relative ones that climb out of the repository."""
    named = re.findall(r"(?<![\w.:/-])/(?:Users|data|home|mnt|opt|root|srv|work)/[\w./-]*", text)
    for climb in re.findall(r"(?<![\w./-])(?:\.\./)+[\w./-]*", text):
        target = Path(os.path.normpath(path.parent / climb))
        if not target.is_relative_to(ROOT):
            named.append(climb)
    return named


def test_every_source_stands_on_a_floor():
    assert SOURCES
    assert {floor_of(source) for source in SOURCES} <= KNOWS.keys()


@each_source
def test_includes_point_downwards(source):
    allowed = below(floor_of(source))
    for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', source.read_text(), re.MULTILINE):
        pattern = re.sub(r"@\w+@", "*", name)  # what the build fills in
        found = [path for base in (source.parent, CSRC) for path in base.glob(pattern)]
        assert found, f"{name} is in neither {floor_of(source)}/ nor csrc/"
        floor = floor_of(Path(os.path.normpath(found[0])))
        assert floor in allowed, f"{floor_of(source)}/ does not know {floor}/"


@each_source
def test_only_bindings_know_python(source):
    if floor_of(source) != "bindings":
        named = re.findall(r"\b(?:Python\.h|pybind11|Py_\w+|Py[A-Z]\w+|numpy/\w+\.h)", code(source))
        assert not named


@each_source
def test_no_template_above_the_primitives(source):
    if floor_of(source) in {"sweeps", "tape"}:
        text = code(source)
        assert not re.findall(r"\btemplate\s*<", text)
        # A function whose first parameter is auto; the loops `for (auto x : xs)` are none.
        functions = re.findall(r"\b(\w+)\((?:const )?auto\b[\s&]+\w+\s*[,)]", text)
        assert not set(functions) - {"for", "if", "while", "switch"}


# Of wengert.numpy, each of which uses those before it alone.
FAMILIES = [
    "layout",
    "elementwise",
    "predicates",
    "reductions",
    "selection",
    "creation",
    "linear_algebra",
    "samples",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_families_of_functions_use_those_before_them(family):
    package = ROOT / "python" / "wengert" / "numpy" / family
    text = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    used = set(re.findall(r"^from wengert\.numpy\.([a-z]\w*)", text, re.MULTILINE))
    assert used <= set(FAMILIES[: FAMILIES.index(family) + 1])


def test_no_two_headers_define_one_type():
    line = re.compile(
        r"^(?:namespace (?P<opened>[\w:]+) \{|\}  // namespace (?P<closed>[\w:]+)"
        r"|(?:struct|class|enum class) (?P<type>\w+)[^;(]*\{$)",
        re.MULTILINE,
    )
    homes = {}
    for header in CSRC.rglob("*.h"):
        around = []
        for match in line.finditer(header.read_text()):
            if match["opened"]:
                around.append(match["opened"])
            elif match["closed"]:
                around.pop()
            else:
                homes.setdefault("::".join([*around, match["type"]]), []).append(header)
    twice = {name: places for name, places in homes.items() if len(places) > 1}
    assert len(homes) > 100
    assert not twice, "the linker would take one for the other"


def test_no_tracked_file_names_a_path_outside():
    named = {}
    for path in tracked_files():
        if path.is_symlink():
            found = [] if path.resolve().is_relative_to(ROOT) else [os.readlink(path)]
        elif path.suffix in BINARY:
            continue
        else:
            found = paths_outside(path, path.read_text(encoding="utf-8"))
        if found:
            named[path.relative_to(ROOT).as_posix()] = found
    assert not named


def test_paths_outside_are_found():
    here = ROOT / "docs" / "page.md"
    assert (
        paths_outside(here, "see ../README.md, https://example.org/home/x, a/work/b, /usr/bin/env")
        == []
    )
    away = "/" + "home/someone/notes.txt"
    assert paths_outside(here, f"see {away}") == [away]
    climbs = "../" * 2 + "notes.txt"
    assert paths_outside(here, f"[notes]({climbs})") == [climbs]
