"""How the portal is served; every value can be set by an environment variable.

One process with eight threads: Python code runs one thread at a time, the threads wait for PostgreSQL meanwhile.
More processes: set WEB_CONCURRENCY. The portal keeps nothing between requests, so several machines are fine too.
"""

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - heartbeats only; on a disk they can stall

bind = f"{os.environ.get('POOL_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "deploy.punctual_worker.PunctualWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
control_socket_disable = True
accesslog = None
