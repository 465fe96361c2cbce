"""Published heads are signed by the installation, and a signature that does not fit is found."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from shared.heads import BadHeads, Head, Heads, Published
from shared.proofs import EventName, proof
from shared.signing import KEY_FILE, BadKey, Signature, Signer, checkpoint_text, key_of_folder
from tests.cli.conftest import Article6
from tests.contract_suites.commits import chain
from tests.proofs.checking import check

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADS = Heads({"tallies": {"tally-a": Head(1, "ab" * 32), "tally-b": Head(2, "cd" * 32)}})


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    assert key_of_folder(tmp_path) is None
    signer = Signer.of_folder(tmp_path)
    assert Signer.of_folder(tmp_path).key == signer.key == key_of_folder(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("nothing")
    with pytest.raises(BadKey, match=KEY_FILE):
        Signer.of_folder(tmp_path)


def test_signed_heads_are_read_back_and_without_faults(tmp_path: Path) -> None:
    signer = Signer.of_folder(tmp_path)
    published = Published.read(HEADS.published(AT, signer))
    assert (published.heads, published.faults(None), published.faults(signer.key)) == (HEADS, [], [])
    assert Heads.read(HEADS.published(AT, signer)) == HEADS


def test_heads_from_before_there_were_signatures_are_read_still(tmp_path: Path) -> None:
    published = Published.read(HEADS.published(AT))
    assert published.faults(None) == []
    assert "are not signed" in published.faults(Signer.of_folder(tmp_path).key)[0]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("at", "2026-11-20T12:00:00+00:00"),
        ("signature", {"key": "11" * 32, "value": "00" * 64}),
        ("signature", {"key": "no hex", "value": ""}),
    ],
)
def test_a_signature_that_does_not_fit_is_a_fault(tmp_path: Path, part: str, value: object) -> None:
    raw = {**json.loads(HEADS.published(AT, Signer.of_folder(tmp_path))), part: value}
    assert "does not fit" in Published.read(json.dumps(raw).encode()).faults(None)[0]


def test_heads_of_another_installation_are_a_fault_where_ours_is_trusted(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    theirs = Published.read(HEADS.published(AT, Signer.of_folder(tmp_path / "theirs")))
    (fault,) = theirs.faults(Signer.of_folder(tmp_path / "ours").key)
    assert "trusted is" in fault


def test_a_signature_in_another_form_is_no_published_file(tmp_path: Path) -> None:
    raw = {**json.loads(HEADS.published(AT, Signer.of_folder(tmp_path))), "signature": ["x"]}
    with pytest.raises(BadHeads):
        Published.read(json.dumps(raw).encode())


def test_publishing_verifying_and_proving_by_command(article6: Article6, copied: Path, tmp_path: Path) -> None:
    heads, file = tmp_path / "heads.json", tmp_path / "proof.json"
    told = article6("verify", "--data", copied, "--publish", heads, "--json")
    assert told.exit_code == 0, told.output
    key = article6("public-key", "--data", copied).stdout.strip()
    assert "BEGIN PUBLIC KEY" in article6("public-key", "--pem", "--data", copied).stdout
    again = json.loads(article6("verify", "--data", copied, "--heads", heads, "--key", key, "--json").stdout)
    assert (again["sound"], again["signed_by"]) == (True, key)
    refused = article6("verify", "--data", copied, "--heads", heads, "--key", "00" * 32)
    assert refused.exit_code == 1
    assert "trusted is" in refused.stdout

    made = article6("prove", "deadlines/meeting-APMBC-10MSP@1.1", "--data", copied, "--heads", heads)
    assert made.exit_code == 0, made.output
    file.write_text(made.stdout)
    assert check(file, "--heads", heads).returncode == 0
    now = article6("prove", "deadlines/meeting-APMBC-10MSP@1.1", "--data", copied)
    assert json.loads(now.stdout)["checkpoint"]["root"] == json.loads(heads.read_text())["root"]
    for link in ("deadlines/meeting-APMBC-10MSP@999.1", "nowhere/meeting-x@1.1", "meeting"):
        assert article6("prove", link, "--data", copied).exit_code == 1


def test_signed_heads_with_their_signature_changed_are_found_by_command(
    article6: Article6, copied: Path, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.json"
    article6("verify", "--data", copied, "--publish", heads)
    heads.write_text(json.dumps({**json.loads(heads.read_text()), "at": "2030-01-01T00:00:00+00:00"}))
    told = article6("verify", "--data", copied, "--heads", heads)
    assert told.exit_code == 1
    assert "does not fit" in told.stdout


def test_what_the_checker_writes_is_what_was_signed_in_a_form_for_other_tools(tmp_path: Path) -> None:
    signer = Signer.of_folder(tmp_path)
    commits = chain(1, "tally-a")
    heads = Heads({"tallies": {"tally-a": Head(1, commits[0].hash)}})
    published = Published.read(heads.published(AT, signer))
    file, folder = tmp_path / "proof.json", tmp_path / "signed"
    file.write_bytes(proof(EventName.read("tallies/tally-a@1.1"), commits, published))
    assert check(file, "--openssl", folder).returncode == 0
    assert load_der_public_key((folder / "key.der").read_bytes()) == load_pem_public_key(signer.pem.encode())
    written = Signature(signer.key, (folder / "signature.bin").read_bytes().hex())
    assert written.fits((folder / "checkpoint.txt").read_bytes())
    assert (folder / "checkpoint.txt").read_bytes() == checkpoint_text(published.at, published.root)


def test_an_unsigned_checkpoint_gives_other_tools_nothing(tmp_path: Path) -> None:
    commits = chain(1, "tally-a")
    published = Published.read(Heads({"tallies": {"tally-a": Head(1, commits[0].hash)}}).published(AT))
    (tmp_path / "proof.json").write_bytes(proof(EventName.read("tallies/tally-a@1.1"), commits, published))
    assert check(tmp_path / "proof.json", "--openssl", tmp_path / "signed").returncode == 1
    assert not (tmp_path / "signed").exists()
