"""Draws that follow their parameters along a constant share: implicit reparametrisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import _core
from wengert._core import Tensor
from wengert._custom import custom_jvp
from wengert._forward import jvp


def following(
    share: Callable[..., Tensor],
    log_density: Callable[..., Tensor],
    lower: float,
    upper: float,
    point: float,
) -> custom_jvp:
    """Return the function that gives a draw from a distribution the derivatives that it has in parameters.

    A draw z keeps its share F(z, theta) as theta moves, so dz/dtheta is -(dF/dtheta) / p(z, theta) (Figurnov, Mohamed
    and Mnih, 2018, eq. 4). The rule asks for z as a function of theta again, and so serves every order. At the ends of
    the support, where draws are that have underflowed, it is 0; `point` stands for them.
    """

    @custom_jvp
    def followed(z: Any, *_: Any) -> Any:
        return z

    @followed.defjvp
    def pushed(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
        _, *parameters = primals
        z = followed(*primals)
        is_end = _core.logical_or(_core.less_equal(z, lower), _core.greater_equal(z, upper))
        inside = _core.where(is_end, point, z)
        _, moved = jvp(lambda *theta: share(inside, *theta), tuple(parameters), tuple(tangents[1:]))
        pace = _core.divide(moved, _core.exp(log_density(inside, *parameters)))
        return z, _core.where(is_end, 0.0, -pace)

    return followed
