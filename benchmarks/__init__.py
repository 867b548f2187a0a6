"""Problems stated once, libraries adapted once, one clock that checks and times them in turn.

Importing this package holds every library to one thread: they read the environment as they load.
"""

import os

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "WENGERT_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "JAX_PLATFORMS": "cpu",
}

for _name, _value in ONE_THREAD.items():
    os.environ.setdefault(_name, _value)
