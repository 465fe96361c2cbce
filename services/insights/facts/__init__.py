"""The documents of insights: one per source stream, each keeping its dated facts.

A fact is a value with its origin: who said it, when, from which day it counts, when it was
recorded here, by whom, and the link to the event. Nothing is summed up or overwritten, so any day
can be asked about from the same document (docs/architecture.md, "Reading").
"""
