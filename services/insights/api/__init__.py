"""The questions that insights answers over HTTP; everything here only reads."""
