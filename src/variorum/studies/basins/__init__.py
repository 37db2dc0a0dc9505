"""Study: do hard labels, drawn anew or in turn, do better than soft ones where votes are few, and where?

- study: `STUDY`; settings: its arms, presets and runs
- material, outside: images, votes and splits; pictures that show something else
- execution, training: a run, which trains all deliveries of an arm on one split
- scores, gains, shape: what is measured of predictions, of single images, of the loss around a network
- results, tested: runs as arrays; all tests, with their families
- claims, published: the paper's claims and numbers, and whether they hold here
- findings, score_sections, shape_sections: tables, charts and sentences
"""

from variorum.studies.basins.settings import Arm, BasinsSettings
from variorum.studies.basins.study import STUDY

__all__ = ["STUDY", "Arm", "BasinsSettings"]
