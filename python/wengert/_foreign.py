"""Functions that call foreign code, with derivatives that their author states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import _core
from wengert._duals import Outputs, Tensors, fitted_cotangent, tensor_of
from wengert._rules import BothRules, ForeignRule, JvpRule, Rule, VjpRule
from wengert._stated import Called, Stated, is_any_tracked, sum_of


class primitive(Stated):
    """A function of NumPy arrays that calls foreign code, with derivatives of its own.

    Parameters
    ----------
    fun : callable
        Takes NumPy arrays (read-only) and returns one. Inside of it nothing is recorded.

    Notes
    -----
    Either rule serves both modes, by transposition, and any order if it is written in
    differentiable operations. So a linear operator needs one rule: a reverse rule that calls the
    transposed operator, or a forward rule that calls the operator itself. A sweep calls the function
    once more, for the rules of all of its arguments. Under vmap it is called once for each example.

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
        tensors = [tensor_of(x) for x in args]
        try:
            value = _core.call_foreign(self._evaluate, tensors)
        except Exception:
            _core.observe(tensors)  # who catches it has read them
            raise
        if not is_any_tracked(tensors):
            return value
        for rules in (self._vjps, self._jvps):
            if rules and len(rules) != len(args):
                raise self._of_other_arity(len(args), rules)
        return self._attach(Called(value), tensors, lambda outputs, _: self._rule(outputs))

    def _of_other_arity(self, count: int, rules: tuple[Any, ...]) -> Exception:
        message = (
            f"primitive: {self.__name__} was called with {count} arguments and has rules for "
            f"{len(rules)}; see defvjp and defjvp"
        )
        error: Exception = _core.RuleError(message)
        return error

    def _evaluate(self, *arrays: Any) -> Any:
        return np.asarray(self._fun(*arrays))

    def _again(self, outputs: Any, *parts: Any) -> Rule:
        return self._rule(Outputs.again(self._name, outputs))

    def _rule(self, outputs: Outputs) -> Rule:
        vjps, jvps = self._vjps, self._jvps

        # Without a rule the value may be used, in a rule of another function say, not differentiated.
        def pull(x: Tensors, cts: Tensors) -> Tensors:
            if not vjps:
                raise self._of_other_arity(len(x), vjps)
            ans = self(*x)  # of all rules
            parts = [None if rule is None else rule(cts[0], ans, *x) for rule in vjps]
            return [
                None if part is None else fitted_cotangent("primitive", part, operand)
                for part, operand in zip(parts, x, strict=True)
            ]

        def push(x: Tensors, t: Tensors) -> Tensors:
            if not jvps:
                raise self._of_other_arity(len(x), jvps)
            ans = self(*x)
            terms = [
                rule(tangent, ans, *x)
                for rule, tangent in zip(jvps, t, strict=True)
                if rule is not None
            ]
            return [sum_of(terms)]

        pulls, pushes = VjpRule(self, pull, outputs), JvpRule(self, push, outputs)
        rule = BothRules(pulls if vjps else pushes, pushes if jvps else pulls)
        return ForeignRule(rule, self._evaluate, outputs)
