"""How the process keeps memory: what one paper's bytes used serves the next one's.

By default the C library gives every large buffer back to the kernel, which then
has to clear the same pages again for the next: a quarter of a million page
faults for a gigabyte of papers.
"""

import contextlib
import ctypes
import gc
import os

# A batch makes many objects and few cycles; looking for them often costs a tenth.
_CYCLES = (50_000, 50, 100)
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library
_KEPT_BYTES = 64 << 20
_OWN_MAPPING_BYTES = 32 << 20  # the largest that the library honours


def keep_memory() -> None:
    """Set up collector and allocator; best effort, other C libraries differ."""
    gc.set_threshold(*_CYCLES)
    # Columns are sifted, nothing is multiplied: a pool of threads would only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, _OWN_MAPPING_BYTES)
