"""What gunicorn and the `flask` command load."""

from pool.app import create_app

app = create_app()
