"""What is measured, under one prefix, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

APPENDED = Counter("article6_events_appended", "Events appended", ["service"])
CONFLICTS = Counter("article6_append_conflicts", "Appends that met a newer commit and were decided again", ["service"])
COMMAND_SECONDS = Histogram(
    "article6_command_seconds",
    "From command to durable commit, seconds",
    ["service"],
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
FOLLOWED = Counter("article6_commits_followed", "Commits taken from a topic", ["service", "topic"])
LAG = Gauge("article6_lag_commits", "Commits of a topic not yet taken", ["service", "topic"])
PARKED = Gauge("article6_parked_streams", "Streams set aside because a follower failed on them", ["service"])
BAD_RECORDS = Counter("article6_bad_records", "Records of a topic that are no commits, passed over", ["topic"])
CONSUMERS_RESTARTED = Counter(
    "article6_consumers_restarted", "Consumers started anew because they delivered nothing", ["topic"]
)
RELAYED = Counter("article6_commits_relayed", "Commits published to the service's topic", ["service"])
RELAY_BACKLOG = Gauge("article6_relay_backlog_commits", "Commits stored and not yet published", ["service"])
RELAY_OLDEST = Gauge("article6_relay_oldest_seconds", "Age of the oldest commit not yet published", ["service"])
TIMERS_FIRED = Counter("article6_timers_fired", "Timers that fired", ["service"])
REQUEST_SECONDS = Histogram(
    "article6_http_request_seconds",
    "HTTP requests, seconds",
    ["service", "method", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
