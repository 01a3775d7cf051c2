"""Local servers for trying and testing: started for a while, bound to this machine alone, stopped by their process ids."""

from triage.servers.postgres import LocalPostgres, Postgres, find_postgres, local_binaries
from triage.servers.processes import NoServer

__all__ = ["LocalPostgres", "NoServer", "Postgres", "find_postgres", "local_binaries"]
