"""Tables. Importing this package knows them all; nothing here decides."""

from core.models.audit import AuditHead, AuditLine, AuditPayload
from core.models.ballot import (
    Ballot,
    BallotCount,
    BallotEnvelope,
    BallotItem,
    BallotKey,
    BallotTurnout,
)
from core.models.base import Base, db
from core.models.catalog import CalendarDay, CalendarYear, CatalogVersion
from core.models.committee import (
    Committee,
    CommitteeMember,
    Recusal,
    Sitting,
    SittingItem,
    SittingSeat,
    WrittenOpinion,
)
from core.models.decision import Award, Decision, DecisionLine, Delegation, Office, RecoveryTask
from core.models.event import Event, EventAward, EventPhase, EventTask, EventUnit
from core.models.nomination import (
    Attachment,
    Handover,
    Nomination,
    NominationStep,
    NominationWord,
    Remark,
)
from core.models.nominee import Achievement, Nominee
from core.models.outbox import Counter, IdempotencyRow, JobRun, Notice, OutboxRow
from core.models.plugin import (
    EventPluginOff,
    NominationSection,
    PluginFailure,
    PluginPolicy,
    PluginSetting,
    PluginState,
    PluginSwitch,
    PluginTarget,
)
from core.models.tally import Tally, TallyLock, TallySheet
from core.models.unit import Unit, UnitAlias
from core.models.user import AdminLink, Login, RoleGrant, SignInAttempt, User

__all__ = [
    "Achievement",
    "AdminLink",
    "Attachment",
    "AuditHead",
    "AuditLine",
    "AuditPayload",
    "Award",
    "Ballot",
    "BallotCount",
    "BallotEnvelope",
    "BallotItem",
    "BallotKey",
    "BallotTurnout",
    "Base",
    "CalendarDay",
    "CalendarYear",
    "CatalogVersion",
    "Committee",
    "CommitteeMember",
    "Counter",
    "Decision",
    "DecisionLine",
    "Delegation",
    "Event",
    "EventAward",
    "EventPhase",
    "EventPluginOff",
    "EventTask",
    "EventUnit",
    "Handover",
    "IdempotencyRow",
    "JobRun",
    "Login",
    "Nomination",
    "NominationSection",
    "NominationStep",
    "NominationWord",
    "Nominee",
    "Notice",
    "Office",
    "OutboxRow",
    "PluginFailure",
    "PluginPolicy",
    "PluginSetting",
    "PluginState",
    "PluginSwitch",
    "PluginTarget",
    "RecoveryTask",
    "Recusal",
    "Remark",
    "RoleGrant",
    "SignInAttempt",
    "Sitting",
    "SittingItem",
    "SittingSeat",
    "Tally",
    "TallyLock",
    "TallySheet",
    "Unit",
    "UnitAlias",
    "User",
    "WrittenOpinion",
    "db",
]
