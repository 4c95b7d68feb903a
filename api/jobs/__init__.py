"""Work that takes longer than a request: a process each, begun by the server, told by a row."""

from api.jobs.runner import Runner

__all__ = ["Runner"]
