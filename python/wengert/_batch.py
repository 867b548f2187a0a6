"""vmap: a function of one example, evaluated for a batch of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import _core
from wengert._functions import require_callable
from wengert._transformed import transformed


def vmap(fun: Callable[..., Any], in_axes: Any = 0, out_axes: Any = 0) -> Callable[..., Any]:
    """Return the function that evaluates `fun` for every example of a batch.

    `fun` is run on one example and recorded, and the recording is evaluated for all examples at once,
    by one call of a kernel for each operation. Where `fun` branches on a value, the examples that
    take the same branches share a recording, and it is run once more for the first that does not.

    Parameters
    ----------
    fun : callable
        Function of one example, made of NumPy's or wengert's operations; it may branch and loop as
        it likes, and contain other transforms.
    in_axes : int, None, or a tuple, list or dict of those
        The axis of each argument that counts the examples, None for an argument that is the same for
        all and passed untouched. One integer stands for all arguments, and within an argument for
        all arrays of a container. Keyword arguments are mapped over their first axis.
    out_axes : int, None, or a tuple, list or dict of those
        Where the axis of the examples is put in each output; None for an output that does not depend
        on the example.

    Returns
    -------
    callable
        Takes the arguments of `fun`, with an axis more where `in_axes` says so. Returns what `fun`
        returns, with an axis more where `out_axes` says so. NumPy arrays give NumPy arrays, Tensors
        give Tensors.

    Raises
    ------
    ShapeError
        If the mapped axes are not equally long or do not exist, if no argument is mapped, if
        examples return different shapes, or if they take more than 1024 different paths.
    DTypeError
        If a value that is no integer and differs between examples leaves through ``float``, ``item``,
        ``tolist`` or ``np.asarray``.
    TraceError
        If what `fun` computes from an example is used in another thread, or after `fun` has returned.

    Notes
    -----
    Inside of `fun`, ``requires_grad`` says whether the batch is being differentiated. An exception that
    `fun` raises says in a note which example was being recorded. A result may differ from that of a
    loop in the last bits where a matrix product or a reduction is inside.

    Examples
    --------
    >>> import numpy as np
    >>> vmap(lambda x: x / 2 if x > 0 else x * x)(np.array([-3.0, -1.0, 5.0]))
    array([9. , 1. , 2.5])
    >>> from wengert import grad
    >>> vmap(grad(lambda w, x: np.tanh(w @ x)), in_axes=(None, 0))(np.zeros(2), np.eye(2)).shape
    (2, 2)
    """
    require_callable("vmap", fun)
    options = {"in_axes": in_axes, "out_axes": out_axes}
    return transformed(vmap, fun, options, _core.vmap, (fun,), (in_axes, out_axes))
