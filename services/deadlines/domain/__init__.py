"""What is true of obligations, parties, reports and meetings: pure rules, no clock, no input or output."""
