"""The ways in: for donors, for everybody who reads, for the ISU that records."""
