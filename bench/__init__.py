"""What the kit costs, beside its floor and beside other event stores, in one interleaved run."""
