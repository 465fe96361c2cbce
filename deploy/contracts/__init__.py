"""What services promise each other, written from the code into `contracts/` and checked there."""
