"""One process that keeps others running: the supervisor, its children, and the line between them.

    with Supervisor([ChildSpec("http-0", "tessella.http.worker", ...)]) as supervisor:
        supervisor.run(when_ready)

A child is the `main` of a Python module that is given the descriptor of its `Lifeline`. It ends with the supervisor,
however that ended.
"""

from tessella.processes.child import ChildSpec
from tessella.processes.lifeline import Lifeline
from tessella.processes.limits import allow_many_files
from tessella.processes.loading import loading
from tessella.processes.supervisor import ChildrenDoNotStart, Supervisor

__all__ = ["ChildSpec", "ChildrenDoNotStart", "Lifeline", "Supervisor", "allow_many_files", "loading"]
