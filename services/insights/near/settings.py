"""The numbers of the ranking, all in one place; the page shows them (docs/near-completion.md)."""

from pydantic import Field

from shared.messages import Value


class Weights(Value):
    """How much each part of the score counts. Only their proportions matter; zero leaves a part out."""

    work_left: float = Field(default=30, ge=0)
    time: float = Field(default=20, ge=0)
    small_help: float = Field(default=25, ge=0)
    unanswered: float = Field(default=15, ge=0)
    readiness: float = Field(default=10, ge=0)


class Thresholds(Value):
    """What is "near" and what is "small". Areas in m², stocks in munitions, money in US dollars."""

    near_ccm_land_m2: float = Field(default=10_000_000, gt=0)
    near_apmbc_land_m2: float = Field(default=20_000_000, gt=0)
    near_stock_share: float = Field(default=0.2, gt=0, le=1)
    near_stock_munitions: float = Field(default=1_000, gt=0)
    near_years_at_pace: float = Field(default=3, gt=0)
    small_help_usd: float = Field(default=5_000_000, gt=0)


TECHNICAL_KINDS = (
    "technical_expertise",
    "technical",
    "training",
    "capacity",
    "victim_assistance_plan",
    "victim_assistance",
    "national_legislation",
    "reporting",
)


class Settings(Value):
    """All defaults. Years are counted in days ÷ 365.25.

    * `pace_cap_times`: with more left than so many times the threshold, pace does not make it near;
      also where the score of the work left reaches 0.
    * `too_old_years`: a figure or judgement that speaks of an earlier day decides nothing any more.
    * `fresh_years`, `stale_years`, `stale_freshness`: freshness is 1 up to the first and falls to the
      last at the second.
    * `time_full_years`, `time_zero_years`: the time part is 1 below the first and 0 from the second on.
    * `open_need_years`: a need without a last year is open so long after it was stated.
    * `meeting_within_months`: the meeting that decides an extension is the last one before the
      deadline; an earlier one than so many months before it is not taken for it.
    * `estimate_states`: an estimate needs the stated costs of at least so many other States.
    """

    weights: Weights = Weights()
    thresholds: Thresholds = Thresholds()
    too_old_years: float = 6
    fresh_years: float = 2
    stale_years: float = 6
    stale_freshness: float = 0.5
    pace_years: int = 3
    pace_least_years: int = 2
    pace_cap_times: float = 10
    time_full_years: float = 1
    time_zero_years: float = 6
    small_full_usd: float = 100_000
    small_zero_usd: float = 10_000_000
    technical_only: float = 0.9
    act_floor: float = 0.8
    open_need_years: float = 3
    meeting_within_months: int = 12
    estimate_states: int = 3
    technical_kinds: tuple[str, ...] = TECHNICAL_KINDS


class Options(Value):
    """How to look: whose settings, and which part of the list. Empty = everything.

    `regions` are names of the UN's regions or ISO 3166-1 codes; `kinds` are kinds of help. A duty for which
    nothing is asked stays in: that its kinds are not known is not a reason to leave out. `donor` names the
    donor whose own promises are shown. `as_recorded` asks what this system had been told by the day,
    instead of what was publicly known on it.
    """

    settings: Settings = Settings()
    treaties: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    donor: str = ""
    as_recorded: bool = False
