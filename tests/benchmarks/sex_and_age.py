"""Diseases impossible by sex or age among the first ten, and whether a swap of either moves what does not depend on it.

    python tests/benchmarks/sex_and_age.py --graph DIR [--cases FILE]

What limits a disease is read here from the graph's onset and inheritance edges, the nodes' own limits and the table of
names, not by the code that ranks. A swap gives the patient the other sex (of unknown sex: male) or an age forty years
on or back; all diseases that it may not touch must keep their scores and so their order. How many impossible ones would
be among the first ten were sex and age unknown shows that there is something to keep out. Exits with 1 if an impossible
disease is among the first ten or a swap moves one.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from kg_builder.schema import Relation  # noqa: E402
from kg_builder.snapshot import Snapshot  # noqa: E402
from ontologies.term_id import TermId  # noqa: E402
from reasoner.evaluation.read_cases import read_cases  # noqa: E402
from reasoner.intake.case import Case  # noqa: E402
from reasoner.ranking.case_ranker import CaseRanker  # noqa: E402

Mask = npt.NDArray[np.bool_]
TOP, YEARS_SWAPPED = 10, 40.0
Y_LINKED = "HP:0001450"
EARLY_LIFE = re.compile("neonatal|newborn|f(o)?etal|lethal|perinatal|antenatal|infantile")
SEXES = {"MALE": "FEMALE", "FEMALE": "MALE", None: "MALE"}


def main() -> int:
    arguments = _arguments()
    snapshot = Snapshot.open(arguments.graph)
    limits = Limits(snapshot, [str(disease) for disease in CaseRanker.open(snapshot).index.disease_ids])
    cases, _ = read_cases(arguments.cases)
    figures = {
        "build": snapshot.build_id,
        "cases": arguments.cases.name,
        "diseases_that_a_sex_rules_out": {sex: int(limits.by_sex(sex).sum()) for sex in ("FEMALE", "MALE")},
        "diseases_that_an_age_rules_out": {years: int(limits.by_age(float(years)).sum()) for years in (1, 10, 40)},
        "settings": {
            setting: _measure(CaseRanker.open(snapshot, setting=setting), cases, limits)
            for setting in ("hospital", "genetics")
        },
    }
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    held = figures["settings"].values()
    return int(
        any(found["impossible_in_first_ten"] or found["moved_by_sex"] or found["moved_by_age"] for found in held)
    )


class Limits:
    """Whom each disease can befall."""

    def __init__(self, snapshot: Snapshot, diseases: list[str]) -> None:
        self._snapshot = snapshot
        columns = ["id", "name", "sex", "min_age_years", "max_age_years", "prevalence_class"]
        held = {row["id"]: row for row in snapshot.node_table(columns).iter_rows(named=True)}
        rows = [held[disease] for disease in diseases]
        modes = self._objects(Relation.HAS_INHERITANCE)
        patterns = _sex_patterns()
        self._sex = np.array([row["sex"] or _sex(row["name"], modes[row["id"]], patterns) for row in rows])
        onsets = self._objects(Relation.HAS_ONSET)
        own = np.array([float(row["min_age_years"] or 0.0) for row in rows])
        onset = [0.0 if row["prevalence_class"] else self._first_onset(onsets[row["id"]]) for row in rows]
        self._first = np.maximum(own, np.array(onset))
        self._last = np.array([math.inf if (last := row["max_age_years"]) is None else float(last) for row in rows])
        self.named_for_age = np.array([EARLY_LIFE.search(row["name"].lower()) is not None for row in rows])

    def _objects(self, relation: Relation) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        table = self._snapshot.edge_table(["subject", "object"], (relation,))
        for subject, held in table.select("subject", "object").iter_rows():
            found[subject].add(held)
        return found

    def _first_onset(self, terms: set[str]) -> float:
        """Years before which no onset begins; 0 where a term has no bound at all."""
        lows = []
        for term in terms:
            node = self._snapshot.node(TermId.parse(term))
            bounds = {} if node is None else dict(node.properties)
            if "min_years" not in bounds:
                return 0.0
            lows.append(float(str(bounds["min_years"])))
        return min(lows, default=0.0)

    def by_sex(self, sex: str | None) -> Mask:
        """Which diseases the sex rules out; none where it is unknown."""
        none: Mask = np.zeros(len(self._sex), dtype=bool)
        return none if sex is None else (self._sex != "BOTH") & (self._sex != sex)

    def by_age(self, years: float | None) -> Mask:
        """Which diseases the age rules out; none where it is unknown."""
        none: Mask = np.zeros(len(self._sex), dtype=bool)
        return none if years is None else (self._first > years) | (self._last < math.floor(years))


def _measure(ranker: CaseRanker, cases: list[Case], limits: Limits) -> dict[str, Any]:
    counts = dict.fromkeys(
        (
            "cases",
            "with_sex",
            "with_age",
            "impossible_in_first_ten",
            "impossible_in_first_ten_were_sex_and_age_unknown",
            "moved_by_sex",
            "moved_by_age",
        ),
        0,
    )
    for case in cases:
        findings = [term for term in case.observed if ranker.index.find_term(term) is not None]
        if not findings or not any(ranker.index.disease_number(disease) is not None for disease in case.diseases):
            continue
        ranking = ranker.rank(findings, sex=case.sex, age_years=case.age_years)
        impossible = limits.by_sex(case.sex) | limits.by_age(case.age_years)
        counts["cases"] += 1
        counts["with_sex"] += case.sex is not None
        counts["with_age"] += case.age_years is not None
        counts["impossible_in_first_ten"] += sum(bool(impossible[place.number]) for place in ranking.leading(TOP))
        counts["impossible_in_first_ten_were_sex_and_age_unknown"] += sum(
            bool(impossible[place.number]) for place in ranker.rank(findings).leading(TOP)
        )
        other = SEXES[case.sex]
        swapped = ranker.rank(findings, sex=other, age_years=case.age_years)
        untouched = limits.by_sex(case.sex) == limits.by_sex(other)
        counts["moved_by_sex"] += not np.array_equal(ranking.scores[untouched], swapped.scores[untouched])
        if case.age_years is None:
            continue
        years = case.age_years + (YEARS_SWAPPED if case.age_years < YEARS_SWAPPED else -YEARS_SWAPPED)
        swapped = ranker.rank(findings, sex=case.sex, age_years=years)
        untouched = (limits.by_age(case.age_years) == limits.by_age(years)) & ~limits.named_for_age
        counts["moved_by_age"] += not np.array_equal(ranking.scores[untouched], swapped.scores[untouched])
    return counts


def _sex_patterns() -> list[tuple[str, re.Pattern[str]]]:
    table = ROOT / "reasoner" / "ranking" / "sex_limited.tsv"
    with table.open(encoding="utf-8", newline="") as file:
        return [(row["sex"], re.compile(row["name_pattern"])) for row in csv.DictReader(file, delimiter="\t")]


def _sex(name: str, modes: set[str], patterns: list[tuple[str, re.Pattern[str]]]) -> str:
    if modes == {Y_LINKED}:
        return "MALE"
    return next((sex for sex, pattern in patterns if pattern.match(name.lower())), "BOTH")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", type=Path, required=True)
    mirror = Path(os.environ.get("AITIA_MIRROR", ROOT.parent / "shared" / "data"))
    archive = mirror / "phenopacket-store" / "phenopackets_dev.tar.xz"
    parser.add_argument("--cases", type=Path, default=archive, help="phenopackets; else those of the source mirror")
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "benchmarks" / "history" / "sex_and_age.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
