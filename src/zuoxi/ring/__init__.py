"""``./zuoxi ring``: real SIP calls with a voice on them against the running centre, and robot agents that answer."""
