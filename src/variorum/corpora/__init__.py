"""Public multi-annotator corpora, one a file, and six built-in populations with known truth.

- base: `CorpusSpec`, `RemoteFile`, `github_file`, what is known of a corpus without loading it
- catalogue: `CORPORA`, `load_corpus`, `corpora_table`, all corpora by name
- find: `find_corpus`, `data_roots`, `cache_root`, where their files are
- fetch: `fetch_corpus`, from the public home, pinned and checked
- varierr, livenli, varierr_lewidi: natural language inference with reasons, several labels an annotator
- chaosnli_mnli, chaosnli_snli, chaosnli_anli, cifar10h: 50 or 100 votes an item, published as counts
- hs_brexit, md_agreement, convabuse, multipico, popquorn_offensiveness, dices_350: offence, irony and safety
- paraphrase: how much two questions say the same
- bluebird, dog, rte, trec, web, labelme, sentence_polarity: crowd labels with gold
- ood_images: pictures without votes that are none of CIFAR-10's classes (svhn, cifar100, and stand_in_images without a
  download); not loaded with the room, for scikit-learn's digits take half a second
- llm_annotator: `with_llm`, an LLM as one more annotator; `simulated_llm_votes` and `simulated_llm_shares`, with a flaw
- released_models: models' answers to items on which people's votes are known
- synthetic: `Population`, `synthetic_corpus`, `fingerprint`; its sentences, readings, votes and reasons
"""

from variorum.corpora.base import CorpusSpec, RemoteFile, github_file
from variorum.corpora.catalogue import CORPORA, CorpusRow, corpora_table, load_corpus
from variorum.corpora.fetch import fetch_corpus
from variorum.corpora.find import cache_root, data_roots, find_corpus
from variorum.corpora.llm_annotator import LlmFlaw, simulated_llm_shares, simulated_llm_votes, with_llm
from variorum.corpora.synthetic import Population, fingerprint, synthetic_corpus

__all__ = [
    "CORPORA",
    "CorpusRow",
    "CorpusSpec",
    "LlmFlaw",
    "Population",
    "RemoteFile",
    "cache_root",
    "corpora_table",
    "data_roots",
    "fetch_corpus",
    "find_corpus",
    "fingerprint",
    "github_file",
    "load_corpus",
    "simulated_llm_shares",
    "simulated_llm_votes",
    "synthetic_corpus",
    "with_llm",
]
