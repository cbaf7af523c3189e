"""Who asks: what API keys are bound to, signed requests, and tokens."""
