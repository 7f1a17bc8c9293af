from tests.security.walk import *
def test_x(court, admins, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path
    try: World(court, admins)
    except AssertionError: pass
    for a in Alert.objects.all(): print("ALERT", a.rule, a.owner, a.unit, a.subject)
    from bihuan.kernel.models.alerts import RuleRun
    for r in RuleRun.objects.all(): print("RUN", r.rule, r.outcome)
