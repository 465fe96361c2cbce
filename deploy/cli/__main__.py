"""`python -m deploy.cli`: the command line where `article6` is not on the path."""

from deploy.cli import app

app()
