"""`rule_v1`: the order that the rules of a scope say. Source: requirement D, "Current Implementation"."""
