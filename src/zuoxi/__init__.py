"""Zuoxi: the contact centre for TV-shopping hotlines and the outsourcers who run them."""
