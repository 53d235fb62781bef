"""Reforms: units that end, and what their successors take over: running dossiers, officers, queues.

That a unit ended and who follows it are facts of the register (`portal.units`). To hand over is an order that an
administrator gives once for each pair; carrying it out is one act a dossier, in small transactions, and goes on after
a restart. No due instant moves, and every applicant is told.
"""
