"""Statistics by year, ISU-1 to ISU-11: our own counts beside the totals that sources print.

Neither mends the other. Own counts come from the rows held here, which are partial: a State
without a row may have reported, asked or given all the same, so every count says what it is of.
"""
