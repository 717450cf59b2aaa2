"""A built wheel holds everything it needs and nothing else, and works in an empty environment."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.source_tree import MAPPED

pytestmark = pytest.mark.wheel

# Data without which the package would be of no use: pattern in the repository.
DATA = [
    "advisor/py.typed",
    "advisor/retrieval/*.npz",
    "advisor/verification/*.json",
    "advisor/verification/*.npz",
    "advisor/verification/answering.onnx",
    "advisor/verification/entailment.onnx",
    "knowledge/*.yaml",
    "knowledge/documents/*.md",
    "knowledge/guidance/*.md",
    "prompts/*.md",
    "ui/assets/*",
    "evals/*.yaml",
    "evals/*.j2",
    "evals/datasets/*.yaml",
    "evals/training/*.yaml",
]
MODELS = {"advisor/verification/answering.onnx", "advisor/verification/entailment.onnx"}
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", "reports")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that no stale build folder gets into it."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for folder in ("advisor", *MAPPED):
        shutil.copytree(root / folder, copy / folder, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, copy)
    result = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, copy],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel; the packages it needs are borrowed from the running one."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=False)
    scheme = sysconfig.get_preferred_scheme("prefix")
    paths = sysconfig.get_paths(scheme, vars={"base": str(folder), "platbase": str(folder)})
    # A path in a .pth file is searched, but the .pth files in it are not read: an editable install there has no say.
    (Path(paths["purelib"]) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = Path(paths["scripts"]) / "python"
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "--quiet", "--ignore-installed"]
    # --ignore-installed: the other copy, in the borrowed folder, is not this environment's to remove.
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return Path(paths["scripts"])


def test_the_wheel_brings_one_import_name(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"advisor"}


def test_the_wheel_holds_all_code_and_data(names: set[str], root: Path) -> None:
    expected = set()
    for folder in ("advisor", *MAPPED):
        package = "advisor" if folder == "advisor" else f"advisor/{folder}"
        for path in (root / folder).rglob("*"):
            inside = path.relative_to(root / folder)
            left_out = LEFT_OUT("", list(inside.parts))
            if path.is_file() and not left_out and path.name != "README.md":  # a README is for who edits the folder
                expected.add(f"{package}/{inside.as_posix()}")
    assert expected - names == set()


def test_the_models_are_small(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {name: archive.getinfo(name).file_size for name in MODELS}
    assert max(sizes.values()) <= 25e6, sizes


@pytest.mark.parametrize("pattern", DATA)
def test_there_is_data_to_pack(pattern: str, root: Path) -> None:
    assert list(root.glob(pattern))


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    strangers = [
        name
        for name in names - MODELS
        if "/tests/" in name or name.endswith((".pyc", ".onnx", ".sqlite3", ".bin")) or "/reports/" in name
    ]
    assert strangers == []
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_help_works_in_an_empty_environment(programs: Path, tmp_path: Path, clean_environment: dict[str, str]) -> None:
    shown = subprocess.run(
        [programs / "advisor", "--help"],
        cwd=tmp_path,
        env=clean_environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert shown.returncode == 0, shown.stderr
    assert "ask" in shown.stdout
    where = subprocess.run(
        [
            programs / "python",
            "-c",
            "import advisor, advisor.knowledge; print(advisor.__file__, advisor.knowledge.__file__)",
        ],
        cwd=tmp_path,
        env=clean_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    environment = str(programs.parent)
    assert all(path.startswith(environment) for path in where.stdout.split())


def test_asking_works_in_an_empty_environment(
    programs: Path, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    for arguments in (["ingest", "--bundled"], ["ask", "Should I post offers every day?", "--json"]):
        result = subprocess.run(
            [programs / "advisor", *arguments],
            cwd=tmp_path,
            env=clean_environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["status"] == "answered"
    assert answer["verdicts"][0]["citations"][0]["quote"]
