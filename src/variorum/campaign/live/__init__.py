"""A campaign with people: requests go out on sheets, and the campaign goes on when answers come back.

- config: `LiveConfig`
- opening: `open_live`, items to ask about and people to ask
- run, result: `run_live`, `load_live`, `live_settings`; `LiveResult`
- roster: `Roster`, who can be asked from round to round, and `Change`
- oracle: `SheetOracle`, which waits; `SheetState`
- sheets: `Sheet`, a file that is filled in; names that every system takes
- incoming: `Aside`, and what else becomes of a row that came back
- dialogue: `answer_sheet`, a sheet in the terminal
"""

from variorum.campaign.live.config import ORACLES, LiveConfig
from variorum.campaign.live.dialogue import Keyboard, answer_sheet, find_sheet
from variorum.campaign.live.incoming import Aside
from variorum.campaign.live.oracle import SheetOracle, SheetState
from variorum.campaign.live.result import LiveResult
from variorum.campaign.live.roster import Change, Roster
from variorum.campaign.live.run import live_settings, load_live, run_live
from variorum.campaign.live.sheets import Sheet

__all__ = [
    "ORACLES",
    "Aside",
    "Change",
    "Keyboard",
    "LiveConfig",
    "LiveResult",
    "Roster",
    "Sheet",
    "SheetOracle",
    "SheetState",
    "answer_sheet",
    "find_sheet",
    "live_settings",
    "load_live",
    "run_live",
]
