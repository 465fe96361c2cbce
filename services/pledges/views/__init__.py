"""What can be read here: pledges, donors, help given, yearly totals."""
