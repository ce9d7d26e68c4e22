"""With which status a command ends, besides 0."""

REFUSED = 1
"""The input is refused or not there."""

INTERRUPTED = 130
"""What a shell reports of a command that Ctrl-C has ended."""
