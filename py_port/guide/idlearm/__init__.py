"""A program of the study guide: see main.py."""
