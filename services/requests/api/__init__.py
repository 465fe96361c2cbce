"""The ways in: for States, for everybody who reads, for the ISU that records."""
