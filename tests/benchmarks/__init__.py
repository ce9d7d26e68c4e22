"""How fast it is, as ratios side by side in one run: `pytest tests/benchmarks`."""
