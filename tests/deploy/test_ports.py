"""The ports of ``make up`` are chosen, kept and found again."""

import socket
from dataclasses import astuple
from pathlib import Path

import pytest

from deploy import ports
from deploy.stand import Ports, free_ports
from shared_contracts.errors import BadInput, NeedsPerson


def test_ports_that_were_chosen_are_kept_and_those_not_named_stay(tmp_path: Path) -> None:
    folder = tmp_path / "stand"
    assert ports.choose(folder, ()) == ports.DEFAULT
    ports.choose(folder, ("--registry", "9401", "--authority", "9400"))
    assert ports.choose(folder, ("--sez", "9402")) == Ports(9400, 9401, 9402)
    assert ports.kept(folder) == Ports(9400, 9401, 9402)


@pytest.mark.parametrize(
    "words", [("--sez", "0"), ("--sez", "65536"), ("--sez", "x"), ("--console", "9403")]
)
def test_what_is_no_port_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit):
        ports.choose(tmp_path, words)
    assert words[1] in capsys.readouterr().err
    assert ports.kept(tmp_path) == ports.DEFAULT


def test_no_port_is_taken_twice_and_none_that_certificates_contradict(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a port of its own"):
        ports.choose(tmp_path, ("--sez", "8401"))
    (tmp_path / "authority").mkdir()
    with pytest.raises(BadInput, match="name port 8400"):
        ports.choose(tmp_path, ("--authority", "9400"))
    (tmp_path / "ports.json").write_text("{}")
    with pytest.raises(BadInput, match="remove it"):
        ports.kept(tmp_path)


def test_a_port_that_another_program_has_is_named_with_the_way_out() -> None:
    free = free_ports()
    ports.ensure_free(free)
    told = pytest.raises(NeedsPerson, match=f"port {free.sez} of the sez is taken.*--sez PORT")
    with socket.create_server(("127.0.0.1", free.sez)), told:
        ports.ensure_free(free)
    assert len(set(astuple(free))) == 3
