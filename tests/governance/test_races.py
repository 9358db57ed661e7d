"""Several people decide at the same moment: each word is kept once, and the stricter holds."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from core.domain.activation import Policy
from core.domain.errors import Refused, Stale
from core.models import AuditLine, PluginPolicy, PluginSetting, PluginSwitch, PluginTarget, Unit, User, db
from core.services import plugin_answers, plugin_policies, plugin_switches, plugin_targets, reach
from core.services.context import Context
from tests.conftest import NOW

#: People at once, and how often.
CROWD, TIMES = 4, 5


@pytest.fixture
def crowd(app, tree):
    """``crowd(act)``: so many threads do it at once, each with its own connection; what each got."""
    who, where = tree.xa_admin.id, tree.xa.id

    def run(act):
        barrier, answers = threading.Barrier(CROWD), []

        def one(number):
            with app.app_context():
                try:
                    barrier.wait(20)
                    db.session.connection(execution_options={"writes": True})
                    ctx = Context(
                        session=db.session(),
                        actor=reach.actor_of(db.session(), db.session.get(User, who)),
                        now=NOW,
                        unit=reach.unit_ref(db.session.get(Unit, where)),
                        registry=app.extensions["plugins"],
                    )
                    act(ctx, number)
                    db.session.commit()
                    answers.append("done")
                except (Refused, Stale) as refused:
                    db.session.rollback()
                    answers.append(refused.code)
                except Exception as error:
                    db.session.rollback()
                    answers.append(repr(error))
                finally:
                    db.session.remove()

        db.session.rollback()
        threads = [threading.Thread(target=one, args=(n,)) for n in range(CROWD)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(answers)

    return run


def rows(model):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_switching_at_once(crowd):
    for number in range(TIMES):
        answers = crowd(lambda ctx, _n, on=number % 2 == 0: plugin_switches.switch(ctx, "lamp", is_on=on))
        assert answers == ["done"] * CROWD
    assert rows(PluginSwitch) == 1
    # the same word by four people is one act
    assert rows(AuditLine) == TIMES


def test_a_policy_at_once(crowd):
    words = list(Policy)
    assert crowd(lambda ctx, n: plugin_policies.set_policy(ctx, "lamp", words[n])) == ["done"] * CROWD
    assert rows(PluginPolicy) == 1
    assert crowd(lambda ctx, _n: plugin_policies.set_policy(ctx, "lamp", None)) == ["done"] * CROWD
    assert rows(PluginPolicy) == 0


def test_settings_at_once(crowd):
    def save(ctx, number):
        plugin_answers.save_settings(ctx, "lamp", {"watts": 10 + number}, locked=(), expected_version=0)

    assert crowd(save) == ["done"] + ["stale"] * (CROWD - 1)
    assert rows(PluginSetting) == 1


def test_a_target_at_once(crowd):
    def aim(ctx, number):
        values = {"unit": ctx.here.key, "indicator": "lit", "first": NOW.date(), "last": NOW.date()}
        plugin_targets.set_target(ctx, "lamp", quantity=number, **values)

    assert crowd(aim) == ["done"] * CROWD
    assert rows(PluginTarget) == 1
