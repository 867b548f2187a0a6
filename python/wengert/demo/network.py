"""A small network, 5 inputs, 16 hidden units, 1 output, trained to a small loss."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

import wengert as wg
from wengert.demo.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

INPUTS, HIDDEN = 5, 16
Parameters = tuple[Any, Any, Any, Any]


def initial(seed: int = 0) -> Parameters:
    """Draw W1 of 16 x 5 and W2 of 16 at random, scaled by their inputs; b1 of 16 and b2 are zero.

    Parameters
    ----------
    seed : int
        Of the random numbers.

    Returns
    -------
    tuple
        W1, b1, W2, b2.
    """
    random = np.random.default_rng(seed)
    return (
        random.normal(size=(HIDDEN, INPUTS)) / np.sqrt(INPUTS),
        np.zeros(HIDDEN),
        random.normal(size=HIDDEN) / np.sqrt(HIDDEN),
        0.0,
    )


def examples(count: int, seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw inputs in [-1, 1] and evaluate the function that the network is to learn.

    Parameters
    ----------
    count : int
        How many examples.
    seed : int
        Of the random numbers.

    Returns
    -------
    x : ndarray
        Inputs, of shape (count, 5).
    y : ndarray
        Outputs, of shape (count,).
    """
    x = np.random.default_rng(seed).uniform(-1.0, 1.0, size=(count, INPUTS))
    return x, np.sin(x[:, 0] + 2 * x[:, 1]) + x[:, 2] * x[:, 3] - 0.5 * x[:, 4]


def loss(W1: Any, b1: Any, W2: Any, b2: Any, x: Any, y: Any) -> Any:
    """Return the mean squared error of the network's predictions.

    Parameters
    ----------
    W1, b1, W2, b2 : array_like
        The parameters.
    x, y : array_like
        Inputs and outputs, as from `examples`.

    Returns
    -------
    scalar
        A Tensor if one of the arguments is.
    """
    hidden = np.tanh(x @ W1.T + b1)
    return np.mean((hidden @ W2 + b2 - y) ** 2)


def train(
    parameters: Parameters, x: Any, y: Any, steps: int = 2000, out: TextIO | None = None
) -> tuple[Parameters, list[float]]:
    """Minimise the loss by Adam [1]_, its rate falling as a cosine to zero.

    Parameters
    ----------
    parameters : tuple
        Where to start, as from `initial`.
    x, y : ndarray
        The examples, all of which are used in each step.
    steps : int
        How many steps.
    out : text stream, optional
        Where progress is drawn if it is a terminal; standard error by default.

    Returns
    -------
    parameters : tuple
        The trained parameters.
    losses : list of float
        The loss before each step, then the last one.

    References
    ----------
    .. [1] D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """
    value_and_grad = wg.value_and_grad(loss, argnums=(0, 1, 2, 3))
    current = [np.asarray(parameter) for parameter in parameters]
    first = [np.zeros_like(parameter) for parameter in current]
    second = [np.zeros_like(parameter) for parameter in current]
    losses = []
    with Progress(steps, out or sys.stderr) as progress:
        for step in range(1, steps + 1):
            value, gradient = value_and_grad(*[*current, x, y])
            losses.append(float(value))
            rate = 0.02 * (1 + np.cos(np.pi * step / steps))
            for i, slope in enumerate(gradient):
                first[i] = 0.9 * first[i] + 0.1 * slope
                second[i] = 0.999 * second[i] + 0.001 * slope**2
                mean, square = first[i] / (1 - 0.9**step), second[i] / (1 - 0.999**step)
                current[i] = current[i] - rate * mean / (np.sqrt(square) + 1e-8)
            progress.show(step, f"loss {value:.2e}")
    W1, b1, W2, b2 = current
    return (W1, b1, W2, b2), [*losses, float(loss(W1, b1, W2, b2, x, y))]
