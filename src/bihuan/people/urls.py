"""Pages about people, and the consoles of the three administrators."""

from django.urls import path

from .pages import accounts, duty, health, log, organisation, posts, security

app_name = "people"
urlpatterns = [
    path("organisation/", organisation.organisation, name="organisation"),
    path("person/<int:pk>/", organisation.person, name="person"),
    path("delegations/", duty.delegations, name="delegations"),
    path("delegations/<int:pk>/end/", duty.delegation_end, name="delegation_end"),
    path("leaves/", duty.leaves, name="leaves"),
    path("leaves/<int:pk>/end/", duty.leave_end, name="leave_end"),
    path("hand-overs/", duty.hand_overs, name="hand_overs"),
    path("hand-overs/new/", duty.hand_over, name="hand_over"),
    path("hand-overs/<int:pk>/", duty.hand_over_done, name="hand_over_done"),
    # the system administrator's
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_add, name="account_add"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/disable/", accounts.account_disable, name="account_disable"),
    path("accounts/<int:pk>/enable/", accounts.account_enable, name="account_enable"),
    path("accounts/<int:pk>/reset/", accounts.account_reset, name="account_reset"),
    path("health/", health.health, name="health"),
    # the security administrator's
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", posts.post_add, name="post_add"),
    path("posts/<int:pk>/assign/", posts.assign, name="assign"),
    path("posts/assignments/<int:pk>/end/", posts.assignment_end, name="assignment_end"),
    path("posts/units/new/", posts.unit_add, name="unit_add"),
    path("posts/units/<int:pk>/lead/", posts.lead_add, name="lead_add"),
    path("posts/leads/<int:pk>/end/", posts.lead_end, name="lead_end"),
    path("grants/", security.grants, name="grants"),
    path("grants/new/", security.grant_add, name="grant_add"),
    path("grants/<int:pk>/end/", security.grant_end, name="grant_end"),
    path("administrators/", security.administrators, name="administrators"),
    path("administrators/<int:pk>/confirm/", security.administrator_confirm, name="administrator_confirm"),
    path("administrators/<int:pk>/second-factor/", security.factor_clear, name="factor_clear"),
    path("rights/", security.rights, name="rights"),
    path("policy/", security.policy, name="policy"),
    # the audit administrator's
    path("log/", log.entries, name="log"),
    path("log/<int:seq>/", log.entry, name="log_entry"),
    path("log/verify/", log.verify, name="log_verify"),
    path("log/verify/<int:seq>/", log.verified, name="log_verified"),
    path("log/checkpoint/", log.checkpoint, name="log_checkpoint"),
    path("log/export/", log.export, name="log_export"),
]
