"""The database handle. Only models and the unit of work may import it; the rest of the code is given a `work`."""

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from pool.config import PROJECT

db = SQLAlchemy(engine_options={"pool_pre_ping": True})
migrate = Migrate(directory=str(PROJECT / "migrations"))
