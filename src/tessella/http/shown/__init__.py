"""How what use cases give is shown over HTTP and on the command line, cut to what a role may see."""
