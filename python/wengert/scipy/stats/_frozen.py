"""Distributions by name, and with their parameters held."""

from __future__ import annotations

from typing import Any

from wengert.scipy.stats._arguments import bound


class Named:
    """A family of distributions under SciPy's name."""

    # The parameters by name, of which the first ones have no default.
    parameters: tuple[str, ...] = ()
    required: int = 0

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *args: Any, **kwds: Any) -> Frozen:
        """Hold parameters: ``norm(loc, scale).logpdf(x)`` is ``norm.logpdf(x, loc, scale)``."""
        bound(self.name, self.parameters, self.required, args, kwds)
        return Frozen(self, args, kwds)

    def __repr__(self) -> str:
        return f"<wengert.scipy.stats.{self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _family, (self.name,)

    def __getattr__(self, name: str) -> Any:
        message = f"{self.__dict__.get('name', 'distribution')}: there is no {name!r} here"
        if name == "rvs":
            message += "; wengert.random draws samples that have derivatives"
        raise AttributeError(message)


class Frozen:
    """A distribution with its parameters, which has the methods of its family.

    Attributes
    ----------
    dist : object
        The family.
    args, kwds : tuple, dict
        Parameters by place and by name.
    """

    def __init__(self, dist: Named, args: tuple[Any, ...], kwds: dict[str, Any]) -> None:
        self.dist, self.args, self.kwds = dist, args, kwds

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("dist", "args", "kwds"):
            raise AttributeError(name)
        dist = self.dist
        if not hasattr(type(dist), name) and name in dist.parameters:
            values = bound(dist.name, dist.parameters, dist.required, self.args, self.kwds)
            return values[dist.parameters.index(name)]
        method = getattr(dist, name)
        code = method.__code__
        asked = code.co_varnames[1 : code.co_argcount]
        options = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]

        # Parameters follow the point that a method is asked at, which may be given by its name.
        def called(*points: Any, **named: Any) -> Any:
            given = {key: named.pop(key) for key in options if key in named}
            for key in named:
                if key not in asked or len(named) + len(points) > 1:
                    message = f"{dist.name}.{name}: {key} was given to a distribution whose parameters are held"
                    raise TypeError(message)
            return method(*points, *named.values(), *self.args, **self.kwds, **given)

        return called

    def __repr__(self) -> str:
        words = [*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.kwds.items())]
        return f"{self.dist!r}({', '.join(words)})"


def _family(name: str) -> Named:
    from wengert.scipy import stats  # noqa: PLC0415 -- it imports this module

    found: Named = getattr(stats, name)
    return found
