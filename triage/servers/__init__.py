"""Local servers for trying and testing: started for a while, bound to this machine alone, stopped by their process ids."""

from triage.servers.postgres import Postgres, find_postgres
from triage.servers.processes import NoServer

__all__ = ["NoServer", "Postgres", "find_postgres"]
