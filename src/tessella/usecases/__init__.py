"""One async function per verb: load, decide, record."""
