"""Pages of the core pack for a reviewing clinician: one per ICD-10 chapter, made from the condition files.

Make them again after a change of the files: `python -m kg_builder.pack.review_pages docs/core_pack`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg_builder.citation import Citation
from kg_builder.pack.conditions_format import CITABLE_TABLES, FREQUENCY_CLASSES

__all__ = ["review_pages", "write_review_pages"]

Condition = Mapping[str, Any]

_FOLDER = Path(__file__).parent / "conditions"
_FREQUENCY_WORDS = dict(zip(FREQUENCY_CLASSES, ("always", "80–99 %", "30–79 %", "5–29 %", "1–4 %"), strict=True))
_SYSTEMS = {"ICD10CM": "ICD-10-CM", "ICD10WHO": "ICD-10 (WHO)"}
_TABLE_WORDS = {
    "xrefs": "cross-references",
    "codes": "codes",
    "symptoms": "findings",
    "drugs": "drugs",
    "contraindicated": "contraindications",
}
_LEGEND = (
    "**⚠ bold**: a red flag. **✓**: a record of a source says that the two belong together; the records are listed at "
    "the end of each condition. What has no ✓, and every frequency, red flag, line of therapy, test and look-alike, "
    "was written by us and **has not been reviewed**. Do not treat a patient by this page. To correct a row, change "
    "the file named above; [how](../../kg_builder/pack/README.md)."
)


def review_pages(folder: Path | None = None) -> dict[str, str]:
    """The pages as Markdown, by file name; `README.md` is their index.

    Args:
        folder: the folder of the condition files; None for the one that comes with the package. They are read as
            they are: `read_core_pack` checks them.
    """
    paths = sorted((folder or _FOLDER).glob("*.toml"))
    chapters = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}
    names = {condition["id"]: condition for content in chapters.values() for condition in content["condition"]}
    pages = {f"{stem}.md": _chapter_page(stem, content, names) for stem, content in chapters.items()}
    return {"README.md": _index_page(chapters), **pages}


def write_review_pages(target: Path) -> None:
    """Write the pages into a folder and remove pages of chapters that are no more."""
    target.mkdir(parents=True, exist_ok=True)
    pages = review_pages()
    for path in target.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (target / name).write_text(text, encoding="utf-8")


def _index_page(chapters: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["# The core pack, chapter by chapter", "", "For a clinician who reviews it. ✓ counts the cited rows.", ""]
    heads = [f"{word} (✓)" for word in _TABLE_WORDS.values()]
    lines += [f"| chapter | conditions | {' | '.join(heads)} |", "| --- |" + " ---: |" * (len(heads) + 1)]
    everything: list[Condition] = []
    for stem, content in chapters.items():
        everything += content["condition"]
        lines.append(f"| [{content['chapter']}]({stem}.md) | {_counts(content['condition'])} |")
    lines.append(f"| **all** | {_counts(everything)} |")
    return "\n".join(lines) + "\n"


def _counts(conditions: list[Condition]) -> str:
    cells = [str(len(conditions))]
    for table in CITABLE_TABLES:
        rows = [row for condition in conditions for row in condition[table]]
        cells.append(f"{len(rows)} ({sum('cite' in row for row in rows)})")
    return " | ".join(cells)


def _chapter_page(stem: str, content: Mapping[str, Any], names: Mapping[str, Condition]) -> str:
    conditions = content["condition"]
    lines = [f"# {content['chapter']}", "", f"Made from `kg_builder/pack/conditions/{stem}.toml`.", "", _LEGEND, ""]
    lines += [f"- {condition['name']} · {condition['name_zh']}{_urgent(condition)}" for condition in conditions]
    for condition in conditions:
        lines += ["", *_condition_section(condition, names)]
    return "\n".join(lines) + "\n"


def _condition_section(condition: Condition, names: Mapping[str, Condition]) -> Iterator[str]:
    yield f"## {condition['name']} · {condition['name_zh']}"
    yield ""
    yield f"`{condition['id']}` · {condition['prevalence_class']}{_urgent(condition)}{_patient(condition)}  "
    yield f"Also: {'; '.join([*condition['synonyms'], *condition['synonyms_zh']]) or '–'}  "
    yield f"Same in: {', '.join(row['id'] + _tick(row) for row in condition['xrefs']) or '–'}"
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for system, word in _SYSTEMS.items():
        yield f"| {word} | {_joined(_code(row) for row in condition['codes'] if row['system'] == system)} |"
    for frequency, word in _FREQUENCY_WORDS.items():
        rows = [row for row in condition["symptoms"] if row["frequency"] == frequency]
        if rows:
            yield f"| {word} | {'; '.join(_finding(row) for row in rows)} |"
    yield f"| settled by | {_joined(_test(row) for row in condition.get('settled_by', ()))} |"
    yield f"| first-line drugs | {_joined(_drug(row) for row in condition['drugs'])} |"
    yield f"| avoid | {_joined(_drug(row) for row in condition['contraindicated'])} |"
    for row in condition.get("differs", ()):
        other = names[row["from"]]
        yield f"| not {other['name']} · {other['name_zh']} | **{row['label']}**: {row['note']} · {row['note_zh']} |"
    yield f"| cited records | {_cited(condition)} |"


def _urgent(condition: Condition) -> str:
    return " · **urgent**" if condition["urgent"] else ""


def _patient(condition: Condition) -> str:
    words = [f"only {condition['sex'].lower()}"] if "sex" in condition else []
    for word, low, high in (
        ("only", "min_age_years", "max_age_years"),
        ("usually", "usual_age_from_years", "usual_age_to_years"),
    ):
        if low in condition or high in condition:
            to = f" to {condition[high]}" if high in condition else ""
            words.append(f"{word} from {condition.get(low, 0)}{to} years")
    return "".join(f" · {text}" for text in words)


def _tick(row: Mapping[str, Any]) -> str:
    return " ✓" if "cite" in row else ""


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts) or "–"


def _code(row: Mapping[str, Any]) -> str:
    return f"{row['code']} {row['title']} ({row['predicate']}){_tick(row)}"


def _finding(row: Mapping[str, Any]) -> str:
    return (f"**⚠ {row['label']}**" if row.get("red_flag") else str(row["label"])) + _tick(row)


def _test(row: Mapping[str, Any]) -> str:
    term = f" [{row['label']}]" if "label" in row else ""
    return f"{row['test']} · {row['test_zh']}{term}"


def _drug(row: Mapping[str, Any]) -> str:
    use = " (relief)" if row.get("use") == "palliates" else ""
    condition = f" – {row['condition']}" if "condition" in row else ""
    return f"{row['name']}{use}{condition}{_tick(row)}"


def _cited(condition: Condition) -> str:
    cited = [Citation.parse(row["cite"]) for table in CITABLE_TABLES for row in condition[table] if "cite" in row]
    return _joined(f"{citation.source}: {citation.record_id}" for citation in sorted(set(cited)))


if __name__ == "__main__":
    write_review_pages(Path(sys.argv[1]))
