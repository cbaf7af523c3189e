"""The operators a rule may use: one file an operator, one registry."""
