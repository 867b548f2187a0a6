"""Functions whose derivatives their author states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from wengert import _core
from wengert._duals import Outputs, Tensors, flattened, shaped
from wengert._functions import require_callable
from wengert._plain_parts import (
    Form,
    Residuals,
    form_again,
    plain_form,
    plain_residuals,
    residuals_again,
)
from wengert._rules import JvpRule, Rule, VjpRule
from wengert._stated import Stated, apart, is_any_tracked, optree, sum_of, tensors_of

# Whose forward rules are at work, innermost last.
_inside: ContextVar[tuple[Any, ...]] = ContextVar("_inside", default=())


class custom_vjp(Stated):
    """A function with a reverse rule of its own.

    Parameters
    ----------
    fun : callable
        The function: of arrays or nested containers of arrays.
    nondiff_argnums : sequence of int
        Arguments that are passed to the rules as they are, and not differentiated.

    Notes
    -----
    The rule serves forward mode too, by transposition, and any order if it is written in
    differentiable operations. A rule that is not linear in its cotangents, branches on them or takes
    them through a step without a derivative has no transpose, which is a DerivativeError where
    forward mode is asked for. A function must not close over what is being differentiated; its rule
    may.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import custom_vjp, grad
    >>> @custom_vjp
    ... def clipped(x):
    ...     return np.sum(x)
    >>> clipped.defvjp(lambda x: (np.sum(x), x), lambda x, ct: (np.clip(ct * x, -1, 1),))
    >>> grad(clipped)(np.array([0.5, 3.0]))
    array([0.5, 1. ])
    """

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Sequence[int] = ()) -> None:
        super().__init__("custom_vjp", fun, nondiff_argnums)
        self._fwd: Callable[..., Any] | None = None
        self._bwd: Callable[..., Any] | None = None

    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        """State the rule.

        Parameters
        ----------
        fwd : callable
            Takes the arguments of the function; returns ``(value, residuals)``.
        bwd : callable
            Takes the arguments of `nondiff_argnums`, the residuals and a cotangent of the value;
            returns a tuple with a cotangent for each other argument, None for zero. Of a value that
            is a container it is called once, with the cotangents of all that is in it.
        """
        require_callable("custom_vjp", fwd)
        require_callable("custom_vjp", bwd)
        self._fwd, self._bwd = fwd, bwd

    def __call__(self, *args: Any) -> Any:
        """Evaluate the function."""
        nondiff, diff = self._divide(args)
        tensors, structure = tensors_of(tuple(diff))
        if not is_any_tracked(tensors):
            return apart(self._fun(*args), args)
        if self._fwd is None or self._bwd is None:
            raise self._without_rule()
        # A fwd that calls the function itself gets its value; residuals wait until they are needed.
        is_inside = any(function is self for function in _inside.get())
        called = self._call(self._fun if is_inside else self._forward, nondiff, diff)
        left = ()
        if not is_inside:
            value, left = called.value
            called = called._replace(value=value)
        kept, kept_structure = optree().tree_flatten(left)
        places = [k for k, x in enumerate(kept) if isinstance(x, (_core.Tensor, np.ndarray))]
        read = tensors_of([kept[place] for place in places])[0]
        residuals = kept, places, kept_structure, is_inside

        def rule_for(outputs: Outputs, form: Any) -> Rule:
            return self._rule(outputs, (nondiff, structure, form), residuals)

        return self._attach(called, tensors, rule_for, read)

    def _rule(self, outputs: Outputs, form: Form, residuals: Residuals) -> Rule:
        nondiff, arguments, value = form
        kept, places, kept_structure, is_made_again = residuals
        bwd, count = self._bwd, arguments.num_leaves
        if bwd is None:
            raise self._without_rule()

        def residuals_at(operands: Tensors) -> Any:
            if is_made_again:
                primals = optree().tree_unflatten(arguments, operands[:count])
                return self._forward(*self._joined(nondiff, list(primals)))[1]
            again = list(kept)
            for place, x in zip(places, operands[count:], strict=True):
                again[place] = x
            return optree().tree_unflatten(kept_structure, again)

        def pull(operands: Tensors, cts: Tensors) -> Tensors:
            ct = optree().tree_unflatten(value, cts)
            parts = bwd(*nondiff, residuals_at(operands), ct)
            return self._checked(parts, arguments, operands[:count]) + [None] * len(places)

        return VjpRule(self, pull, outputs, lambda: (plain_form(form), plain_residuals(residuals)))

    def _again(self, outputs: Any, *parts: Any) -> Rule:
        form, residuals = parts
        return self._rule(
            Outputs.again(self._name, outputs), form_again(form), residuals_again(residuals)
        )

    def _forward(self, *args: Any) -> tuple[Any, Any]:
        assert self._fwd is not None
        token = _inside.set((*_inside.get(), self))
        try:
            result = self._fwd(*args)
        finally:
            _inside.reset(token)
        if not isinstance(result, tuple) or len(result) != 2:
            message = "custom_vjp: fwd must return a tuple (value, residuals)"
            raise _core.DTypeError(message)
        return result

    def _checked(self, parts: Any, structure: Any, operands: Tensors) -> Tensors:
        arguments = structure.children()
        parts = tuple(parts) if isinstance(parts, (tuple, list)) else (parts,)
        if len(parts) != len(arguments):
            message = (
                f"custom_vjp: bwd returned {len(parts)} cotangents for {len(arguments)} arguments; "
                "one for each is needed"
            )
            raise _core.DTypeError(message)
        message = "custom_vjp: bwd returned a cotangent of another form than the argument's"
        given: Tensors = []
        for argument, part in zip(arguments, parts, strict=True):
            given += flattened(message, argument, part)
        given = [part if part is None else shaped(part) for part in given]
        for x, part in zip(operands, given, strict=True):
            if part is not None and part.shape != x.shape:
                message = (
                    f"custom_vjp: bwd returned a cotangent of shape {part.shape} for an argument "
                    f"of shape {x.shape}; equal shapes are needed"
                )
                raise _core.ShapeError(message)
        return given


class custom_jvp(Stated):
    """A function with a forward rule of its own.

    Parameters
    ----------
    fun : callable
        The function: of arrays or nested containers of arrays.
    nondiff_argnums : sequence of int
        Arguments that are passed to the rule as they are, and not differentiated.

    Notes
    -----
    The rule must be linear in the tangents: it is a DerivativeError where reverse mode is asked for if
    it branches on them, or takes them through a step without a derivative. It serves reverse mode too,
    by transposition, and any order if it is written in differentiable operations. A function must not
    close over what is being differentiated.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import custom_jvp, grad
    >>> @custom_jvp
    ... def log1pexp(x):
    ...     return np.log1p(np.exp(x))
    >>> log1pexp.defjvps(lambda t, ans, x: t * (1 - np.exp(-ans)))
    >>> grad(log1pexp)(0.0)
    0.5
    """

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Sequence[int] = ()) -> None:
        super().__init__("custom_jvp", fun, nondiff_argnums)
        self._rule: Callable[..., Any] | None = None

    def defjvp(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """State the rule.

        Parameters
        ----------
        rule : callable
            Takes the arguments of `nondiff_argnums`, a tuple of primals and a tuple of tangents;
            returns ``(value, tangent)``. The tangent has the form of the value, None standing for
            zero; it is converted and broadcast to the value's dtype and shape.

        Returns
        -------
        callable
            The rule, so that this serves as a decorator.
        """
        require_callable("custom_jvp", rule)
        self._rule = rule
        return rule

    def defjvps(self, *rules: Callable[..., Any] | None) -> None:
        """State one rule for each argument.

        Parameters
        ----------
        *rules : callable or None
            Takes a tangent of the argument, the value and all arguments; returns what that tangent
            adds to the value's. None for an argument that adds nothing.
        """

        def rule(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
            value = self(*primals)
            terms = [
                push(t, value, *primals)
                for push, t in zip(rules, tangents, strict=True)
                if push is not None
            ]
            return value, sum_of(terms)

        self.defjvp(rule)

    def __call__(self, *args: Any) -> Any:
        """Evaluate the function."""
        nondiff, diff = self._divide(args)
        tensors, structure = tensors_of(tuple(diff))
        if not is_any_tracked(tensors):
            return apart(self._fun(*args), args)
        if self._rule is None:
            raise self._without_rule()

        def rule_for(outputs: Outputs, form: Any) -> Rule:
            return self._rule_of(outputs, (nondiff, structure, form))

        return self._attach(self._call(self._fun, nondiff, diff), tensors, rule_for)

    def _rule_of(self, outputs: Outputs, form: Form) -> Rule:
        nondiff, arguments, value = form
        rule = self._rule
        if rule is None:
            raise self._without_rule()

        def push(operands: Tensors, tangents: Tensors) -> Tensors:
            primals = optree().tree_unflatten(arguments, operands)
            result = rule(*nondiff, primals, optree().tree_unflatten(arguments, tangents))
            if not isinstance(result, tuple) or len(result) != 2:
                message = "custom_jvp: the rule must return a tuple (value, tangent)"
                raise _core.DTypeError(message)
            message = "custom_jvp: the rule returned a tangent of another form than the value's"
            return flattened(message, value, result[1])

        return JvpRule(self, push, outputs, lambda: (plain_form(form),))

    def _again(self, outputs: Any, *parts: Any) -> Rule:
        (form,) = parts
        return self._rule_of(Outputs.again(self._name, outputs), form_again(form))
