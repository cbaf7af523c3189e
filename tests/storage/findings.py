"""What the audit finds in databases of the tests' server."""

from collections.abc import Sequence

from tessella.storage.installation.catalogue import Finding, audit_database

#: It does not wait for the disk.
OF_THE_SERVER = Finding("commits may be lost", "fsync = off")


def findings(dsn: str) -> Sequence[Finding]:
    """What is wrong with a database itself."""
    return without_server(audit_database(dsn))


def without_server(found: Sequence[Finding]) -> Sequence[Finding]:
    """The findings but the one of the server, which is among them."""
    assert OF_THE_SERVER in found
    return [each for each in found if each != OF_THE_SERVER]
