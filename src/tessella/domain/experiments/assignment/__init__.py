"""Who gets which variant: drawn by a hash against published weights, once, and kept for ever."""
