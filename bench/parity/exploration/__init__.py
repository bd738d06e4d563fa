"""Exploring: how many orders are legal, and how many of them the programs take."""
