"""Functions as plans, held against the interpretation of the same program: bit for bit."""

import numpy as np

from wengert import _core as core


def bits(tensor):
    """Return dtype, shape and bytes.

    Of a NaN it counts only that it is one: IEEE 754 leaves open whose sign stays where two meet.
    """
    array = np.array(tensor.detach().numpy(), order="C")
    for part in (array.real, array.imag) if array.dtype.kind == "c" else (array,):
        if array.dtype.kind in "fc":
            part[np.isnan(part)] = np.nan
    return array.dtype, array.shape, array.tobytes()


def same_bits(found, want):
    assert [bits(x) for x in found] == [bits(x) for x in want]


def planned(program, args, times=1):
    """Return the results of a plan that reads what was seen."""
    results, differs = core.run_plan(program, tuple(args), times)
    assert differs is None
    return results


def check(fun, args, *others):
    """Hold the plan of a function against the interpreter, for these arguments and for others; return it."""
    program = core.record_program(fun, tuple(args))
    for given in (args, *others):
        want = core.evaluate_program(program, tuple(given))[0]
        before = [np.array(x, copy=True) for x in given]
        for times in (1, 2):  # the second time in memory that was used
            same_bits(planned(program, given, times), want)
        for x, y in zip(given, before, strict=True):
            assert np.asarray(x).tobytes() == y.tobytes()
    return program
