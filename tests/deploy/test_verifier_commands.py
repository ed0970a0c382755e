"""The verifier and its builder say what cannot be read or written, and end with 2."""

from pathlib import Path

import pytest

from deploy.verifier import build, command


def test_a_file_that_is_no_certificate_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in (("text", b"<a/>"), ("broken", b"-----BEGIN CERTIFICATE-----\n")):
        file = tmp_path / name
        file.write_bytes(content)
        assert command.main([str(file), "--anchor", str(file)]) == 2
        assert f"{file} is no certificate in PEM or DER" in capsys.readouterr().err


def test_the_builder_says_where_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main([str(tmp_path / "absent" / "verifier.pyz")]) == 2
    assert "No such file or directory" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        build.main([])
    assert build.main([str(tmp_path / "verifier.pyz")]) == 0
    assert (tmp_path / "verifier.pyz").stat().st_size > 0


def test_a_file_that_cannot_be_read_is_named_with_the_cure_in_the_language_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = tmp_path / "absent.asice"
    for asked, cure in (
        ("kk", "құқығын тексеріңіз"),
        ("ru", "проверьте путь"),
        ("en", "check the path"),
    ):
        assert command.main([str(absent), "--anchor", str(absent), "--lang", asked]) == 2
        told = capsys.readouterr().err
        assert str(absent) in told
        assert cure in told
        assert told.count("\n") == 1
