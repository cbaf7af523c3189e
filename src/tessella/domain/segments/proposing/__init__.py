"""Groups of subjects that behave otherwise than all, found by a small decision tree and written as rules.

A proposal decides nothing: it is a rule for a person to read. Source: requirement A, Phase 3.
"""
