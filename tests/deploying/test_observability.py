"""Dashboards and alerts speak of figures that services really export, by their right names and labels."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import shared.metrics  # noqa: F401 - what it defines is looked at in the registry

FOLDER = Path(__file__).parents[2] / "deploy" / "observability"
_OURS = re.compile(r"article6_[a-z0-9_]+")
_LABELS = re.compile(r"(?:by \(([a-z, ]+)\)|\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\})")
_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def exported() -> dict[str, set[str]]:
    """Every series of ours by name, with its labels."""
    found: dict[str, set[str]] = {}
    for collector in set(REGISTRY._names_to_collectors.values()):
        for metric in collector.describe() if hasattr(collector, "describe") else ():
            if metric.name.startswith("article6_"):
                labels = set(getattr(collector, "_labelnames", ()))
                for suffix in _SUFFIXES[metric.type]:
                    found[metric.name + suffix] = labels | ({"le"} if suffix == "_bucket" else set())
    return found


def dashboard() -> list[tuple[str, str]]:
    panels: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    return [(panel["title"], f"{one['expr']} {one['legendFormat']}") for panel in panels for one in panel["targets"]]


def alerts() -> list[tuple[str, str]]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    return [(rule["alert"], f"{rule['expr']} {rule['annotations']['summary']}") for rule in group["rules"]]


ASKED = [*dashboard(), *alerts()]


@pytest.mark.parametrize(("title", "asked"), ASKED, ids=[title for title, _ in ASKED])
def test_what_is_asked_for_is_exported_with_the_labels_it_is_asked_by(title: str, asked: str) -> None:
    series = exported()
    names = set(_OURS.findall(asked))
    assert names, title
    assert names <= series.keys()
    labels = {word.strip() for many, one in _LABELS.findall(asked) for word in (many or one).split(",") if word.strip()}
    assert labels <= set.union(*(series[name] for name in names)), title


def test_every_figure_is_shown_somewhere() -> None:
    shown = {name for _, asked in ASKED for name in _OURS.findall(asked)}
    stems = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in shown}
    assert {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in exported()} == stems
