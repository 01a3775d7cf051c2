"""``python -m triage.cli`` is ``triage``."""

from triage.cli import main

main()
