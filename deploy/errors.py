"""What can go wrong while the product starts, as sentences for the person who started it."""


class CannotStart(Exception):
    """A part of the product could not be started; the text says which one and what to do."""


class AlreadyRunning(Exception):
    """Another supervisor holds this folder; the text says where it answers."""
