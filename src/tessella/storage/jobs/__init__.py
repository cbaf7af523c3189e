"""Runs of jobs, and the queue behind them."""
