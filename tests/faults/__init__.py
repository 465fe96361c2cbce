"""Fault runs: a real server is killed, starved and confused; then its history is held against what was
acknowledged and what was read. `python -m tests.faults --help`; what was found is in docs/reliability.md."""
