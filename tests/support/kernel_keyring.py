"""Whether this system has kernel keyrings: containers often forbid the calls."""

import pytest

from nexcred.unlock import kernel_calls
from nexcred.unlock.kernel_calls import Kernel


def _why_not() -> str:
    try:
        kernel = Kernel()
        key = kernel.add(b"nexcred:trial", b"EXAMPLE", kernel_calls.OF_PROCESS)
        kernel.unlink(key, kernel_calls.OF_PROCESS)
    except OSError as error:
        return f"needs a Linux kernel that lets programs use its keyring: {error.strerror}"
    return ""


_WHY_NOT = _why_not()
needs_kernel_keyring = pytest.mark.skipif(bool(_WHY_NOT), reason=_WHY_NOT)
