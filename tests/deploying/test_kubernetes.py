"""The manifests for Kubernetes: valid by its own schemas, of one shape, and as tight as they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from deploy.catalogue import SERVICES

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
VERSION = "1.33"
OWN = {"kustomize.config.k8s.io/v1beta1"}
"""Kinds of tools, not of the cluster."""


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(FOLDER.glob("*.yaml")):
        for one in yaml.safe_load_all(file.read_text()):
            yield f"{file.name} {one['kind']}", one


OF_THE_CLUSTER = [(name, one) for name, one in manifests() if one["apiVersion"] not in OWN]
PODS = [(name, one) for name, one in OF_THE_CLUSTER if one["kind"] == "Deployment"]


@pytest.mark.parametrize(("name", "manifest"), OF_THE_CLUSTER, ids=[name for name, _ in OF_THE_CLUSTER])
def test_each_manifest_is_valid_and_holds_no_word_that_the_cluster_does_not_know(
    name: str, manifest: dict[str, Any]
) -> None:
    assert kubernetes_validate.validate(manifest, VERSION, strict=True), name


def test_a_misspelt_word_would_be_noticed() -> None:
    wrong = {**PODS[0][1], "specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_every_service_has_its_manifest_and_they_differ_in_nothing_but_the_name() -> None:
    first = (FOLDER / f"{SERVICES[0]}.yaml").read_text()
    for service in SERVICES:
        assert (FOLDER / f"{service}.yaml").read_text() == first.replace(SERVICES[0], service)


def test_everything_that_stands_in_the_folder_is_applied() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(file.name for file in FOLDER.glob("*.yaml") if file.name != "kustomization.yaml")


@pytest.mark.parametrize(("name", "manifest"), PODS, ids=[name for name, _ in PODS])
def test_no_pod_is_root_writes_its_image_or_carries_a_token_of_the_cluster(name: str, manifest: dict[str, Any]) -> None:
    pod = manifest["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True, name
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"startupProbe", "livenessProbe", "readinessProbe", "resources"} <= container.keys()


def test_no_secret_stands_in_a_manifest() -> None:
    assert not [name for name, one in OF_THE_CLUSTER if one["kind"] == "Secret"]
    for _, manifest in PODS:
        (container,) = manifest["spec"]["template"]["spec"]["containers"]
        assert {"secretRef": {"name": "article6-secrets"}} in container["envFrom"]


def test_nothing_is_reached_unless_a_policy_says_so() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for _, one in OF_THE_CLUSTER if one["kind"] == "NetworkPolicy"}
    assert policies["nothing-by-default"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert "gateway" in str(policies["people-to-the-gateway"]["podSelector"])
