"""What a coalition may do (COA-1 to COA-3). Begin with `coalition.py`: its first lines draw the life cycle.

Then `coalition_messages.py` (what can be asked of a coalition, what happens to it), `ambassador.py` (CCM-5) and
`partnership.py` (COA-3). `naming.py` names duties for all of them; `earlier.py` matters only for old events.
"""
