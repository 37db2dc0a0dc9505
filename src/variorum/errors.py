"""Every error that Variorum raises on purpose.

::

    VariorumError
    ├── ArgumentError (ValueError)          an argument breaks its rule
    │   ├── ShapeError                      an array has the wrong shape
    │   ├── MissingArrayError               a policy reads an array that the campaign lacks
    │   ├── NotADistributionError           rows do not sum to one, or are negative or not finite
    │   └── NotCountsError                  vote counts are negative or not finite
    ├── UnknownNameError (LookupError)      no method, corpus or column of that name
    ├── SchemeError (ValueError)            a label, or a wish, does not fit the label scheme
    ├── ReadError (ValueError)              a file cannot be read as annotations
    │   ├── DuplicateError                  the same (item, annotator, label) stands twice
    │   └── MissingFileError (FileNotFoundError)  there is no such file
    ├── MissingExtraError (ImportError)     an optional dependency is not installed
    ├── CorpusError (OSError)               a corpus is not at hand
    │   ├── FetchError                      it could not be downloaded
    │   └── ChecksumError                   what is there is not what was pinned
    ├── EngineError (RuntimeError)          heavy work cannot go on
    │   └── DiskFullError (OSError)         the disk is full, or would be
    ├── StudyError (RuntimeError)           a study cannot go on, or some of its runs failed
    └── CampaignError (RuntimeError)        a campaign cannot go on
        ├── RunFolderError                  the run's folder is taken, or belongs to another run
        ├── RecordError                     the record does not fit the campaign
        ├── OracleError                     an annotation was asked for that is not for sale
        └── WaitingForAnswers               people were asked and have not answered yet

A message says, one sentence each: the argument and its rule with the first offender, how many are affected, the remedy.
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "CampaignError",
    "ChecksumError",
    "ConvergenceWarning",
    "CorpusError",
    "DiskFullError",
    "DuplicateError",
    "EngineError",
    "FetchError",
    "MissingArrayError",
    "MissingExtraError",
    "MissingFileError",
    "NotADistributionError",
    "NotCountsError",
    "OracleError",
    "ReadError",
    "RecordError",
    "RunFolderError",
    "SchemeError",
    "ShapeError",
    "StudyError",
    "UnknownNameError",
    "VariorumError",
    "WaitingForAnswers",
]


class VariorumError(Exception):
    """Root of the tree: catch it to catch all of them."""


class ArgumentError(VariorumError, ValueError):
    """An argument breaks its rule."""


class ShapeError(ArgumentError):
    """An array has the wrong shape."""


class MissingArrayError(ArgumentError):
    """A policy reads an array that the campaign lacks, groups of annotators for instance."""


class NotADistributionError(ArgumentError):
    """Rows that should be distributions do not sum to one, or hold negative or non-finite values."""


class NotCountsError(ArgumentError):
    """Vote counts are negative or not finite."""


class UnknownNameError(VariorumError, LookupError):
    """No method, corpus, column or label of that name."""


class SchemeError(VariorumError, ValueError):
    """A label does not belong to the scheme, or the scheme does not support what was asked."""


class ReadError(VariorumError, ValueError):
    """A file or table cannot be read as annotations."""


class DuplicateError(ReadError):
    """The same (item, annotator, label) stands more than once."""


class MissingFileError(ReadError, FileNotFoundError):
    """There is no file of that name."""


class MissingExtraError(VariorumError, ImportError):
    """An optional dependency is not installed."""


class CorpusError(VariorumError, OSError):
    """A corpus is not at hand."""


class FetchError(CorpusError):
    """A corpus could not be downloaded."""


class ChecksumError(CorpusError):
    """A file is not the one that was pinned."""


class EngineError(VariorumError, RuntimeError):
    """Heavy work cannot go on."""


class DiskFullError(EngineError, OSError):
    """The disk is full, or would be."""


class StudyError(VariorumError, RuntimeError):
    """A study cannot go on, or some of its runs failed."""


class CampaignError(VariorumError, RuntimeError):
    """A campaign cannot go on."""


class RunFolderError(CampaignError):
    """The run's folder is taken, or belongs to another run."""


class RecordError(CampaignError):
    """The record does not fit the campaign that it should continue."""


class OracleError(CampaignError):
    """An annotation was asked for that is not for sale."""


class WaitingForAnswers(CampaignError):  # noqa: N818 - nothing is wrong
    """People were asked and have not answered yet; the campaign goes on when they have."""


class ConvergenceWarning(UserWarning):
    """An iterative method stopped before its criterion was met."""
