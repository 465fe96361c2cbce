"""What manifests and compose file tell a process is what that process reads, by the same names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from deploy.cli import app

ROOT = Path(__file__).parents[2]
_OF_OTHERS = re.compile(r"(?!ARTICLE6_)[A-Z]")
_TOLD_OF = re.compile(r"`(ARTICLE6_[A-Z0-9_]+)`")


def read_by(command: str) -> set[str]:
    """The names that this command of `article6` reads: those of its options, and what its secrets are read from."""
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    options = {str(one.envvar) for one in group.commands[command].params if getattr(one, "envvar", None)}
    secrets = {"ARTICLE6_SECRET", "ARTICLE6_SECRET_FILE"}
    if "ARTICLE6_KAFKA_USER" in options:
        secrets |= {"ARTICLE6_KAFKA_PASSWORD", "ARTICLE6_KAFKA_PASSWORD_FILE"}
    return options | secrets


def pods() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for file in sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml")):
        for one in yaml.safe_load_all(file.read_text()):
            if one["kind"] == "Deployment":
                (container,) = one["spec"]["template"]["spec"]["containers"]
                yield one["metadata"]["name"], container["args"][0], container


PODS = list(pods())


@pytest.mark.parametrize(("name", "command", "container"), PODS, ids=[name for name, _, _ in PODS])
def test_a_pod_is_told_by_names_that_its_command_reads_and_has_its_own_secret(
    name: str, command: str, container: dict[str, Any]
) -> None:
    assert {one["name"] for one in container.get("env", ())} <= read_by(command)
    secrets = {one["secretRef"]["name"] for one in container["envFrom"] if "secretRef" in one}
    assert secrets == {"article6-secrets", f"article6-{name}"}


def test_what_all_pods_are_told_is_read_by_services() -> None:
    settings = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "settings.yaml").read_text())["data"]
    assert settings.keys() <= read_by("service")
    assert {"ARTICLE6_HOST", "ARTICLE6_PORT", "ARTICLE6_PUBLIC", "ARTICLE6_SERVICES"} <= read_by("gateway")


@pytest.mark.parametrize("page", ["deploy/kubernetes/README.md", "deploy/kafka/README.md", "docs/distributed.md"])
def test_pages_name_no_setting_that_nobody_reads(page: str) -> None:
    known = read_by("service") | read_by("gateway") | read_by("doctor")
    assert set(_TOLD_OF.findall((ROOT / page).read_text())) <= known


def test_compose_tells_each_process_by_names_that_its_command_reads() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    ours = {name: one for name, one in compose["services"].items() if "article6" in one["image"]}
    assert {"requests", "gateway", "shipped-data"} <= ours.keys()
    every = set().union(*(read_by(command) for command in ("service", "gateway", "fill")))
    for name, one in ours.items():
        told = {key for key in one["environment"] if not _OF_OTHERS.match(key)}
        assert told <= every, name
        needed = {"ARTICLE6_MONGODB", "ARTICLE6_SECRET_FILE"} & read_by(one["command"][0])
        assert needed <= told, name


def test_a_misspelt_name_would_be_noticed() -> None:
    assert "ARTICLE6_MONGO" not in read_by("service")
    assert "ARTICLE6_MONGODB" in read_by("service") & read_by("gateway")
