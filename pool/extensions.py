"""The database handle. Only models and the unit of work may import it; the rest of the code is given a `work`."""

from pathlib import Path

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy(engine_options={"pool_pre_ping": True})
migrate = Migrate(directory=str(Path(__file__).parents[1] / "migrations"))
