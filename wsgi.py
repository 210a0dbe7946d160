"""What gunicorn and the `flask` command load."""

import sys

from pool.app import create_app
from pool.config import SettingMissing, WrongSetting

try:
    app = create_app()
except (SettingMissing, WrongSetting) as wrong:
    sys.exit(f"The settings cannot be used.\n{wrong}")
