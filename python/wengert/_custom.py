"""Functions whose derivatives their author states."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import _core
from wengert._duals import Outputs, Tensors, fitted_cotangent, flattened
from wengert._functions import require_callable
from wengert._rules import ForeignRule, JvpRule, Rule, VjpRule


def _optree() -> Any:
    """Return optree, whose import costs more than all of wengert's."""
    return importlib.import_module("optree")


class _Stated:
    """What the three kinds of stated derivatives have in common."""

    def __init__(self, name: str, fun: Callable[..., Any], nondiff_argnums: Sequence[int]) -> None:
        require_callable(name, fun)
        self._name, self._fun = name, fun
        self._nondiff = frozenset(nondiff_argnums)
        self.__name__ = getattr(fun, "__name__", name)
        self.__doc__ = getattr(fun, "__doc__", None)
        self.__wrapped__ = fun

    def _divide(self, args: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
        nondiff = [x for i, x in enumerate(args) if i in self._nondiff]
        return nondiff, [x for i, x in enumerate(args) if i not in self._nondiff]

    def _joined(self, nondiff: list[Any], diff: list[Any]) -> tuple[Any, ...]:
        of_nondiff, of_diff = iter(nondiff), iter(diff)
        count = len(nondiff) + len(diff)
        return tuple(next(of_nondiff if i in self._nondiff else of_diff) for i in range(count))

    def _attach(
        self, value: Any, operands: Tensors, since: int, rule_for: Callable[[Outputs, Any], Rule]
    ) -> Any:
        """Return the value with the derivative that the rule states for its outputs and their form."""
        tensors, structure = _tensors(value)
        if _core.closes_over_tracked(tensors, operands, since):
            message = (
                f"{self._name}: {self.__name__} closes over a Tensor that is being differentiated; "
                "it must be passed as an argument"
            )
            raise _core.DerivativeError(message)
        outputs = Outputs(self._name, tensors)
        moving = outputs.attach(tensors, operands, rule_for(outputs, structure))
        return _optree().tree_unflatten(structure, moving)


def _tensors(tree: Any) -> tuple[Tensors, Any]:
    leaves, structure = _optree().tree_flatten(tree)
    return [
        x if isinstance(x, _core.Tensor) else _core.tensor(x, None, False) for x in leaves
    ], structure


def _sum_of(terms: list[Any]) -> Any:
    """Return the sum of trees of one form; None stands for zero."""
    if len(terms) < 2:
        return terms[0] if terms else None

    def plus(*parts: Any) -> Any:
        given = [part for part in parts if part is not None]
        return sum(given[1:], given[0]) if given else None

    return _optree().tree_map(plus, *terms, none_is_leaf=True)


def _is_any_tracked(tensors: Tensors) -> bool:
    return any(x.requires_grad for x in tensors)


class custom_vjp(_Stated):
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
    differentiable operations. A function must not close over what is being differentiated.

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
        self._here = threading.local()

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
        tensors, structure = _tensors(tuple(diff))
        if not _is_any_tracked(tensors):
            return self._fun(*args)
        if self._fwd is None or self._bwd is None:
            message = f"custom_vjp: {self.__name__} has no rule; see defvjp"
            raise _core.RuleError(message)
        since, count, bwd = _core.last_sequence(), len(tensors), self._bwd
        # A fwd that calls the function itself gets its value; residuals wait until they are needed.
        is_inside = getattr(self._here, "is_inside", False)
        value, residuals = (
            (_core.call_linked(self._fun, args), ()) if is_inside else self._forward(args)
        )
        kept, kept_structure = _optree().tree_flatten(residuals)
        places = [k for k, x in enumerate(kept) if isinstance(x, (_core.Tensor, np.ndarray))]

        def residuals_at(operands: Tensors) -> Any:
            if is_inside:
                primals = _optree().tree_unflatten(structure, operands[:count])
                return self._forward(self._joined(nondiff, list(primals)))[1]
            again = list(kept)
            for place, x in zip(places, operands[count:], strict=True):
                again[place] = x
            return _optree().tree_unflatten(kept_structure, again)

        def rule_for(outputs: Outputs, form: Any) -> Rule:
            def pull(operands: Tensors, ct: Any) -> Tensors:
                cts = _optree().tree_unflatten(form, outputs.split(ct))
                parts = bwd(*nondiff, residuals_at(operands), cts)
                return self._checked(parts, structure, operands[:count]) + [None] * len(places)

            return VjpRule(pull, outputs.like)

        operands = tensors + _tensors([kept[place] for place in places])[0]
        return self._attach(value, operands, since, rule_for)

    def _forward(self, args: tuple[Any, ...]) -> tuple[Any, Any]:
        assert self._fwd is not None
        self._here.is_inside = True
        try:
            result = _core.call_linked(self._fwd, args)
        finally:
            self._here.is_inside = False
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
        for x, part in zip(operands, given, strict=True):
            if part is not None and np.shape(part) != x.shape:
                message = (
                    f"custom_vjp: bwd returned a cotangent of shape {np.shape(part)} for an argument "
                    f"of shape {x.shape}; equal shapes are needed"
                )
                raise _core.ShapeError(message)
        return given


class custom_jvp(_Stated):
    """A function with a forward rule of its own.

    Parameters
    ----------
    fun : callable
        The function: of arrays or nested containers of arrays.
    nondiff_argnums : sequence of int
        Arguments that are passed to the rule as they are, and not differentiated.

    Notes
    -----
    The rule must be linear in the tangents. It serves reverse mode too, by transposition, and any
    order if it is written in differentiable operations. A function must not close over what is being
    differentiated.

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
            return value, _sum_of(terms)

        self.defjvp(rule)

    def __call__(self, *args: Any) -> Any:
        """Evaluate the function."""
        nondiff, diff = self._divide(args)
        tensors, structure = _tensors(tuple(diff))
        if not _is_any_tracked(tensors):
            return self._fun(*args)
        if self._rule is None:
            message = f"custom_jvp: {self.__name__} has no rule; see defjvp"
            raise _core.RuleError(message)
        since, rule = _core.last_sequence(), self._rule

        def rule_for(outputs: Outputs, form: Any) -> Rule:
            def push(operands: Tensors, tangents: Tensors) -> Any:
                primals = _optree().tree_unflatten(structure, operands)
                result = rule(*nondiff, primals, _optree().tree_unflatten(structure, tangents))
                if not isinstance(result, tuple) or len(result) != 2:
                    message = "custom_jvp: the rule must return a tuple (value, tangent)"
                    raise _core.DTypeError(message)
                message = "custom_jvp: the rule returned a tangent of another form than the value's"
                return outputs.joined(flattened(message, form, result[1]))

            return JvpRule(push)

        return self._attach(_core.call_linked(self._fun, args), tensors, since, rule_for)


class primitive(_Stated):
    """A function of NumPy arrays that calls foreign code, with derivatives of its own.

    Parameters
    ----------
    fun : callable
        Takes NumPy arrays (read-only) and returns one. Inside of it nothing is recorded.

    Notes
    -----
    Either rule serves both modes, by transposition, and any order if it is written in
    differentiable operations. Under vmap the function is called once for each example.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert import grad, primitive
    >>> @primitive
    ... def sine(x):
    ...     return np.asarray([float(v) for v in np.sin(x)])
    >>> sine.defvjp(lambda ct, ans, x: ct * np.cos(x))
    >>> grad(lambda x: np.sum(sine(x)))(np.zeros(2))
    array([1., 1.])
    """

    def __init__(self, fun: Callable[..., Any]) -> None:
        super().__init__("primitive", fun, ())
        self._vjps: tuple[Any, ...] = ()
        self._jvps: tuple[Any, ...] = ()

    def defvjp(self, *rules: Callable[..., Any] | None) -> None:
        """State one reverse rule for each argument.

        Parameters
        ----------
        *rules : callable or None
            Takes a cotangent of the value, the value and all arguments; returns the cotangent of
            the argument. None for an argument without a derivative.
        """
        self._vjps = rules

    def defjvp(self, *rules: Callable[..., Any] | None) -> None:
        """State one forward rule for each argument.

        Parameters
        ----------
        *rules : callable or None
            Takes a tangent of the argument, the value and all arguments; returns what that tangent
            adds to the value's. None for an argument without a derivative.
        """
        self._jvps = rules

    def __call__(self, *args: Any) -> Any:
        """Evaluate the function."""
        tensors, _ = _tensors(list(args))
        try:
            value = self._evaluate(*(_core.value_of(x) for x in tensors))
        except Exception:
            _core.observe(tensors)  # who catches it has read them
            raise
        if not _is_any_tracked(tensors):
            return value
        rules = self._vjps or self._jvps
        if len(rules) != len(args):
            message = (
                f"primitive: {self.__name__} was called with {len(args)} arguments and has rules for "
                f"{len(rules)}; see defvjp and defjvp"
            )
            raise _core.RuleError(message)
        return self._attach(
            value, tensors, _core.last_sequence(), lambda outputs, _: self._rule(outputs)
        )

    def _evaluate(self, *arrays: Any) -> Any:
        return np.asarray(self._fun(*arrays))

    def _rule(self, outputs: Outputs) -> Rule:
        vjps, jvps = self._vjps, self._jvps

        def pull(x: Tensors, ct: Any) -> Tensors:
            parts = [None if rule is None else rule(ct, self(*x), *x) for rule in vjps]
            return [
                None if part is None else fitted_cotangent("primitive", part, operand)
                for part, operand in zip(parts, x, strict=True)
            ]

        def push(x: Tensors, t: Tensors) -> Any:
            terms = [
                rule(tangent, self(*x), *x)
                for rule, tangent in zip(jvps, t, strict=True)
                if rule is not None
            ]
            return outputs.joined([_sum_of(terms)])

        rule: Rule = VjpRule(pull, outputs.like) if vjps else JvpRule(push)
        return ForeignRule(rule, self._evaluate)
