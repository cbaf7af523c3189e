"""Learn which variant is best in which segment: counts, what is believed of them, and the weights that follow."""
