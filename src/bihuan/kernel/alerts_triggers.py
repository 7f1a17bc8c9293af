"""What the database refuses about supervision: its records of what happened are only ever inserted."""

from .triggers import insert_only, register

register(
    *insert_only("alert_step", "kernel_alertstep"),
    *insert_only("rule_run", "kernel_rulerun"),
    *insert_only("source_intake", "kernel_sourceintake"),
    *insert_only("evidence_file", "kernel_evidencefile"),
)
