"""The files by which the system is put onto machines say what the code needs."""
