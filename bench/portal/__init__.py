"""How long the server takes for each page, and how heavy each page is, beside a bare page in the same run."""
