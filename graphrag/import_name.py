"""Another project on PyPI is imported as `graphrag` too: notice it before its files mix with ours."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from ontologies.errors import GuardError

__all__ = ["RIVAL_DISTRIBUTION", "check_import_name"]

RIVAL_DISTRIBUTION = "graphrag"


def check_import_name(distribution: str = RIVAL_DISTRIBUTION) -> None:
    """Make sure that no other distribution of that name is installed.

    Raises:
        GuardError: it is installed, so that `import graphrag` may give its files instead of Aitia's.
    """
    try:
        found = version(distribution)
    except PackageNotFoundError:
        return
    raise GuardError(
        "another distribution provides the import name graphrag",
        value=f"{distribution} {found}",
        remedy=f"Run `pip uninstall {distribution}` and reinstall aitia, or give aitia an environment of its own",
    )
