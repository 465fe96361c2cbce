"""Four kinds of stream: `donor`, `pledge`, and what sources print: `assistance`, `support`."""
