"""Answers that take the same time whatever was found, so that a watch does not tell who is a member."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., Any])

SECONDS = 0.15
"""Three times what writing a link down takes on a busy machine."""


def even_time(view: View) -> View:
    """Let a view answer only after SECONDS."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        began = time.monotonic()
        try:
            return view(*args, **kwargs)
        finally:
            time.sleep(max(0.0, SECONDS - (time.monotonic() - began)))

    return guarded  # type: ignore[return-value]
