"""The database handle. Only models and the unit of work may import it; the rest of the code is given a `work`."""

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from pool.base import Base

db = SQLAlchemy(model_class=Base, engine_options={"pool_pre_ping": True}, disable_autonaming=True)
migrate = Migrate(db=db)
