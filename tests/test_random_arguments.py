"""Random functions that write to arguments which are one another, or parts of each other, recorded and as they are."""

import numpy as np
import pytest

import wengert as wg

N = 4


def read(rng, pool, like):
    """Return something computed, of the shape of `like`."""
    own = pool[rng.integers(len(pool))]
    if own.shape != like.shape:
        own = np.sum(own)
    return [lambda: own * 0.5, lambda: own + 1.0, lambda: -own, lambda: own * own * 0.25][
        rng.integers(4)
    ]()


def run(rng, pool, items, table, steps):
    """Do random things to arrays, their views, a list and a dict; return what some of them are."""
    found = []
    for _ in range(steps):
        own, kind = pool[rng.integers(len(pool))], rng.integers(14)
        if kind == 0:
            pool.append([own[::-1], own[1:], own[:-1], own[::2]][rng.integers(4)])
        elif kind == 1:
            own[...] = read(rng, pool, own)
        elif kind == 2:
            own[0] = np.sum(read(rng, pool, own))
        elif kind == 3:
            own += read(rng, pool, own)
        elif kind == 4:
            own *= 0.5
        elif kind == 5:
            pool.append(own * 1.0)
        elif kind == 6:
            items.append(read(rng, pool, own))
        elif kind == 7:
            table[f"k{rng.integers(2)}"] = read(rng, pool, own)
        elif kind == 8:
            found.append(items[rng.integers(len(items))])
        elif kind == 9:
            found.append(table["a"])
        elif kind == 10:
            chosen = np.random.default_rng(rng.integers(1000) + int(np.sum(own) > 0.5))
            found += run(chosen, pool, items, table, 2)
        elif kind == 11:
            found.append(own)
        elif kind == 12:
            np.copyto(own, read(rng, pool, own))
        elif np.sum(own) > 6:
            raise ValueError
    return found


def function(seed):
    def fun(x, y, items, table):
        pool = [x, y, items[0]]
        return run(np.random.default_rng(seed), pool, items, table, 2 + seed % 6)

    return fun


def arguments(rng, kind):
    """Return arguments that are apart, one object, parts of each other, or in each other."""
    all_of_them = rng.integers(-2, 3, size=3 * N) * 0.5
    x, y, a = (part.copy() for part in np.split(all_of_them, 3))
    items = [y * 2.0]
    if kind == 1:
        y = x
    elif kind == 2:
        x, y = all_of_them[:N], all_of_them[2 : N + 2]
    elif kind == 3:
        items = [x]
    elif kind == 4:
        a = y
    elif kind == 5:
        x, y = all_of_them[: 2 * N : 2], all_of_them[1 : 2 * N : 2]
    elif kind == 6:
        x = x[::-1]
    elif kind == 7:
        y, a = all_of_them[N - 1 :: -1], all_of_them[:N]
    return [x, y, items, {"a": a, "n": 2}]


def shown(tree):
    """Return dtypes, shapes and values; 0.0 and -0.0 are the same."""
    if isinstance(tree, list | tuple):
        return [shown(part) for part in tree]
    if isinstance(tree, dict):
        return [list(tree), shown(list(tree.values()))]
    array = np.asarray(tree)
    return str(array.dtype), array.shape, (array + 0).tolist()


def called(fun, given):
    try:
        return shown(fun(*given)), shown(given)
    except ValueError:
        return None, shown(given)


@pytest.mark.parametrize("seed", range(80))
def test_random_arguments(seed):
    plain, recorded = function(seed), wg.jit(function(seed), max_paths=50)
    kinds = np.random.default_rng(seed).integers(8, size=5)
    for number, kind in enumerate(np.repeat(kinds, 2)):
        one, other = (np.random.default_rng([seed, number // 3]) for _ in range(2))
        expected = called(plain, arguments(one, kind))
        assert called(recorded, arguments(other, kind)) == expected
