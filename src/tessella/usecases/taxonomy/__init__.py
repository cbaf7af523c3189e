"""The behavioural taxonomy: calibrate it, tell where players stand in it, and which of their days are unlike them."""
