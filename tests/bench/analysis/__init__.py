"""Benchmarks of the engine that reads stories: ``python -m tests.bench.analysis``."""
