"""The hand-written SQL migrations, applied in order under an advisory lock."""
