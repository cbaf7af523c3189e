"""Long work apart from requests: what each job does, one turn at a run, and the worker that takes turns.

procrastinate hands out the ids of runs. Everything else about a run stands in `tessella.job_runs`. A run may be begun
more than once (its worker may have ended in the middle), so every task is one that can be repeated.
"""
