"""What a coalition may do. Read `coalition.py` first, then `ambassador.py` and `partnership.py`."""
