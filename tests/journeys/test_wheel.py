"""The wheel works alone: built, installed in an empty environment, away from the checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_an_installed_wheel_runs_the_demo_without_a_checkout(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    built = subprocess.run(build, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    binaries = tmp_path / "env" / "bin"
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    install = [binaries / "python", *pip]
    subprocess.run(
        [*install, "--constraint", ROOT / "constraints.txt", wheel], check=True, capture_output=True
    )
    away = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    demo = [binaries / "regiograph", "demo", "--data", tmp_path / "data", "--no-serve"]
    done = subprocess.run(demo, cwd=tmp_path, env=away, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Brittany — lead" in done.stdout
    where = "import regiograph, ingest, api; print(regiograph.__file__, ingest.__file__, api.__file__)"
    found = subprocess.run(
        [binaries / "python", "-c", where], cwd=tmp_path, env=away, capture_output=True, text=True
    )
    assert str(ROOT) not in found.stdout
