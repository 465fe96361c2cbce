#!/usr/bin/env bash
# Builds every image of docker-compose.yml from packages alone (Debian, PyPI, Maven, Go modules), for
# networks that reach package mirrors and no image registry. Each is used as this machine is set up for
# it; DEBIAN_MIRROR, DEBIAN_SUITE and DOCKER_HOST may say otherwise. Needs root (debootstrap).
set -euo pipefail
cd "$(dirname "$0")/../../.."

work=${ARTICLE6_OFFLINE:-.offline}
suite=${DEBIAN_SUITE:-bookworm}
mirror=${DEBIAN_MIRROR:-$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)}
mirror=${mirror:-$(awk '/^deb / {for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list 2>/dev/null || true)}
python=${PYTHON:-python3}

say() { printf '\n== %s\n' "$*"; }
need() { command -v "$1" >/dev/null || { echo "This needs $1 (Debian: $2)." >&2; exit 1; }; }

need docker "its package of the Docker engine"
need debootstrap debootstrap
need mvn maven
need go golang
[ -n "$mirror" ] || { echo "Say where Debian's packages are: DEBIAN_MIRROR=…" >&2; exit 1; }
docker info >/dev/null 2>&1 || { echo "No Docker engine answers: start dockerd, or set DOCKER_HOST." >&2; exit 1; }
mkdir -p "$work"

if ! docker image inspect article6-offline-base:"$suite" >/dev/null 2>&1; then
    say "1/4 A Debian $suite with Python, Java and PostgreSQL (three minutes, once)"
    rm -rf "$work/root"
    debootstrap --variant=minbase \
        --include=ca-certificates,python3,python3-venv,openjdk-17-jre-headless,postgresql-15 \
        "$suite" "$work/root" "$mirror"
    # What only says where the packages came from has no place in an image.
    rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* "$work/root/etc/apt/sources.list"
    tar -C "$work/root" -c . | docker import - article6-offline-base:"$suite"
    rm -rf "$work/root"
fi

say "2/4 Wheels, Kafka and FerretDB"
# No more than one version of a package: a wheel from an older lock would be shipped for nothing.
rm -rf "$work/wheels"
"$python" -m pip download -q --disable-pip-version-check --require-hashes -r requirements.lock -d "$work/wheels" \
    --python-version 3.11 --only-binary=:all:
"$python" -m deploy.servers install all --folder "$work/servers"

say "3/4 Images"
context=$work/context
rm -rf "$context"
mkdir -p "$context/source"
cp -r deploy/container/offline/. "$context/"
cp -r "$work/wheels" "$context/wheels"
cp -r "$work/servers/kafka/libs" "$context/kafka"
cp "$work"/servers/mongodb/programs/ferretdb-* "$context/ferretdb"
cp -r requirements.lock pyproject.toml README.md shared services deploy "$context/source/"
for image in article6 kafka mongodb; do
    DOCKER_BUILDKIT=0 docker build -q --network none --build-arg "BASE=article6-offline-base:$suite" \
        -f "$context/$image.dockerfile" -t "article6-offline-$image" "$context"
done
rm -rf "$context"

say "4/4 Done: article6-offline-article6, article6-offline-kafka, article6-offline-mongodb"
