"""The command line: one verb a file, no logic.

- app: `main`, and `VERBS`, the verbs by name; a verb's file is loaded when it is called
- demo, run, corpora, import_, export, aggregate, evaluate, agreement, decompose, train, predict, study, benchmark,
  report: a verb each, with its ``EXAMPLE``
- replay, summary: what demo, run and report share: the progress bar, and what a campaign came to
- experiment: what study and benchmark share: the progress bar, the answer, the tables, what failed
- streaming: what ``aggregate --stream`` does: the progress line, and what it came to
- distributions: label distributions in and out of files
- decomposition_tables: what ``decompose`` writes, and prints for machines
- sources: corpora as verbs name them
- settings: a TOML file and options, merged
- remedies: what to do about a mistake, in options instead of Python's arguments
- output: what everything is printed with
"""

from variorum.cli.app import VERBS, Verb, main

__all__ = ["VERBS", "Verb", "main"]
