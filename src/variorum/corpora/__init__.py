"""Public multi-annotator corpora, one a file, and six built-in populations with known truth.

- base: `CorpusSpec`, `RemoteFile`, what is known of a corpus without loading it
"""

from variorum.corpora.base import CorpusSpec, RemoteFile, github_file

__all__ = ["CorpusSpec", "RemoteFile", "github_file"]
