"""Holds simplified programs to the bits of what was recorded."""

import numpy as np

from wengert import _core as core


def same_bits(a, b, which_nan=True):
    """Which of two NaNs stays that meet is the compiler's choice, for each kernel."""
    a, b = (np.asarray(value.numpy()) for value in (a, b))
    assert (a.dtype, a.shape) == (b.dtype, b.shape)
    if not which_nan and np.issubdtype(a.dtype, np.inexact):
        np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
        a, b = (np.where(np.isnan(value), 0, value) for value in (a, b))
    assert a.tobytes() == b.tobytes()


def lying(x):
    """Return the strides of axes along which there is a step."""
    array = x.numpy()
    return [s for n, s in zip(array.shape, array.strides, strict=True) if n > 1 and array.size]


def outcome(program, args):
    """Return results and readings, or the error that was raised."""
    try:
        results, readings = core.evaluate_program(program, args)
    except (ValueError, IndexError, np.linalg.LinAlgError) as error:
        return type(error), str(error)
    return results, readings


def check(fun, *args, others=(), which_nan=True):
    """Simplify what was recorded, compare both at all arguments, and return the operations left."""
    program = core.record_program(fun, args)
    simple = core.simplified_program(program)
    for at in map(tuple, (args, *others)):
        want, got = outcome(program, at), outcome(simple, at)
        if isinstance(want[0], type):
            assert got == want
            continue
        for a, b in zip(want, got, strict=True):
            for x, y in zip(a, b, strict=True):
                same_bits(x, y, which_nan)
                assert lying(x) == lying(y)
    return operations(simple)


def operations(program):
    """Return the names of the primitives in a program's text, and its readings, in order."""
    names = []
    for line in core.program_text(program).splitlines():
        if " = " in line:
            names.append(line.split(" = ")[1].split("[")[0].split()[0])
        elif line.startswith("read "):
            names.append("read")
    return names
