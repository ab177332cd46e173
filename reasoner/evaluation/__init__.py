"""Measurements on cases whose diagnosis is known.

Each evaluation writes `rows.tsv` (one row for each case and setting), `metrics.json` (figures, all computed from the
rows) and `manifest.json` (build, ranker, cases, counts, machine, code: all that is needed to do it again).

What is ranked, in which settings:

- diagnosis: the case's disease, or its entity of subtypes, among all candidates. `as_is`: by the graph as it is;
  `own_publication_removed`: without any row that cites the case's publication; `publication_never_seen`: as it is, the
  cases of whose disease no row cites the publication.
- diagnosis as of a release: the same, in cases published later. `disease_present`: cases whose disease the release has;
  `absent_counted_as_missed`: the others with them, their rank infinite.
- genes: the causal gene among random disease genes, `as_is` and `publication_never_seen`.
- proposals: the entity of the case's disease by `model_alone`, `graph_alone` and `fused`, on the same never-seen cases.
- confidence ranks nothing: `all`, `without_tuning_part` and `tuning_part` compare estimates with what came true.

Figures of a ranking, under `settings` of all cases, under `settings_without_tuning_part` without the diseases that
constants may have been tuned on (`in_tuning_part`):

| figure | meaning (equal scores share the mean of their places) |
| --- | --- |
| `n`, `n_diseases` | cases, and diseases among their truths |
| `top1` … `top20` | share of the cases, 0 to 1, whose truth is within so many places; of several the best counts |
| `mrr` | mean of 1 / rank |
| `macro_…` | the same as the mean over diseases of each disease's mean over its cases |
| `intervals_95` | for each of them, the ends of the 95 % interval when diseases are drawn with replacement |

Figures of a confidence, each for `present` (the graph holds the disease), `right` (and it leads) and `entity_right` (or
another subtype of its entity leads):

| figure | meaning |
| --- | --- |
| `auroc_…` | share of pairs of a true and a false case in which the true one has the higher estimate; 0.5 is chance |
| `ece_…` | calibration error: mean distance, 0 to 1, between estimate and truth over ten bins of as many cases |
| `share_…` | share of the cases of which it is true |
| `risk_coverage` | points: share of cases answered, share of these that are wrong, estimate from which one answers |

`compare` gives the difference of two evaluations in `top1`, `top10`, `mrr` and their `macro_` forms, with the interval
of the difference over the same draws of diseases.
"""
