"""`python -m outreach.cli`: the same as the command `outreach`."""

from outreach.cli import main

main()
