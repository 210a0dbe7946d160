"""The mail catcher of the demo."""
