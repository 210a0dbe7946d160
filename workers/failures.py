"""How a failure is written down."""


def described(problem: Exception) -> str:
    """The kind and first line of a failure; further lines may hold what a person typed."""
    lines = str(problem).splitlines()
    return f"{type(problem).__name__}: {lines[0] if lines else ''}"[:300]
