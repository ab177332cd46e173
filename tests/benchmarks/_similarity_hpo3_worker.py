"""The part of the comparison that runs where hpo3 is installed: it needs nothing else.

Reads {"folder", "queries", "terms", "seed"} from standard input; writes hpo3's sets of terms, the queries drawn from
them, hpo3's scores and its CPU seconds per query to standard output.
"""

from __future__ import annotations

import json
import random
import sys
import time

from pyhpo import HPOSet, Omim, Ontology


def main() -> None:
    asked = json.load(sys.stdin)
    Ontology(asked["folder"])
    diseases: list[Omim] = sorted((one for one in Ontology.omim_diseases if one.hpo), key=lambda one: int(one.id))
    subjects = [sorted(int(term) for term in disease.hpo) for disease in diseases]
    sets = [HPOSet(terms) for terms in subjects]
    rng = random.Random(asked["seed"])
    rich = [terms for terms in subjects if len(terms) >= asked["terms"]]
    queries = [sorted(rng.sample(terms, asked["terms"])) for terms in rng.sample(rich, asked["queries"])]
    HPOSet(queries[0]).similarity_scores(sets[:100], "omim", "resnik", "BMA")
    scores, seconds = [], []
    for query in queries:
        started = time.process_time()
        scores.append(HPOSet(query).similarity_scores(sets, "omim", "resnik", "BMA"))
        seconds.append(time.process_time() - started)
    json.dump({"subjects": subjects, "queries": queries, "scores": scores, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
