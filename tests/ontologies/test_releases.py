"""Where packaged data lies."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ontologies.errors import InputError
from ontologies.releases import PACKAGED_FILES, data_path


@pytest.mark.parametrize("name", sorted(PACKAGED_FILES))
def test_every_packaged_file_is_there(name: str) -> None:
    assert data_path(name).is_file()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InputError, match=r"hp\.obo"):
        data_path("hp.owl")


def test_no_data_package_is_imported() -> None:
    program = (
        "import sys; from ontologies.releases import *; paths = [data_path(name) for name in PACKAGED_FILES];"
        "sys.exit(bool({packaged.module for packaged in PACKAGED_FILES.values()} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
