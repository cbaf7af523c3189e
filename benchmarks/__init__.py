"""Speed claims, each a figure beside a named peer from the same run: `python -m benchmarks NAME`."""
