"""Where heavy work runs: votes that do not fit in memory, aggregated on disk.

- base: `StreamedEstimate`, `Progress`, what an engine returns and reports
- aggregate: `aggregate_files`; `METHODS` names what it can run, kernels of `variorum.labels`
- source: files as one query; coding: annotators and labels as codes; shards: votes as files of codes
- mapped: rows in a file, of which a part is in memory; result: Parquet, written part by part
- database: DuckDB in a work folder, within a stated memory
"""

from variorum.engines.aggregate import METHODS, aggregate_files
from variorum.engines.base import Progress, StreamedEstimate

__all__ = ["METHODS", "Progress", "StreamedEstimate", "aggregate_files"]
