"""Calls of the functions of ``numpy.fft``."""

from numpy_calls import A, C, S, V, call, of

ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
SEVERAL = ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn", "irfftn"]
NORMS = ["backward", "ortho", "forward"]

CALLS = [
    *(
        call(f"fft.{name}", *args, **kwargs)
        for name in ONE
        for args, kwargs in (
            ((V,), {}),
            ((of(5),), {}),
            ((C,), {"axis": 1}),
            ((C, 3), {}),
            ((C, 7, -2), {}),
            *(((of(2, 6), 8), {"axis": 0, "norm": norm}) for norm in NORMS),
            ((of(0, 3),), {}),
            ((of(3, 0),), {}),
            ((of(1),), {}),
            ((V, 0), {}),
            ((V, -2), {}),
            ((V,), {"axis": 1}),
            ((V,), {"norm": "none"}),
            ((S,), {}),
        )
    ),
    *(
        call(f"fft.{name}", *args, **kwargs)
        for name in SEVERAL
        for args, kwargs in (
            ((A,), {}),
            ((C,), {}),
            ((C,), {"axes": (0, 2)}),
            ((C,), {"axes": (2, -3)}),
            ((C,), {"axes": (1,)}),
            ((C, (3, 5), (0, 1)), {}),
            ((C, (2, 2), (1, 2)), {}),
            ((C, (-1, 6), (2, 0)), {}),
            *(((C, (5, 3), (-1, 0), norm), {}) for norm in NORMS),
            ((C,), {"axes": (1, 1)}),
            ((C, (5, 3, 4), (1, 1, 2)), {}),
            ((C, (5, 3), (1, 1)), {}),
            ((C,), {"axes": ()}),
            ((C, (3,), (0, 1)), {}),
            ((C, (3, 0), (0, 1)), {}),
            ((C,), {"axes": (0, 3)}),
            ((of(3, 0),), {}),
            ((of(0, 3, 2),), {"axes": (1, 2)}),
            ((V,), {"axes": (0,)}),
        )
    ),
    *(
        call(f"fft.{name}", x, *axes)
        for name in ("fftshift", "ifftshift")
        for x, *axes in ((V,), (of(5),), (of(2, 3),), (of(2, 3), 1), (of(2, 3), (0,)), (V, 1))
    ),
]
FREQUENCIES = [
    call(f"fft.{name}", *args)
    for name in ("fftfreq", "rfftfreq")
    for args in ((4,), (5, 0.25), (1,))
]
