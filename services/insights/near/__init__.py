"""Who is near completion and needs small help? A pure function of documents, a day and settings.

`rank(picture, on, options)` in `ranking.py` is the one way in. No clock, no look-up, no I/O: the
current answer, the answer as of a day, what-if and a donor's view are the same call.
"""
