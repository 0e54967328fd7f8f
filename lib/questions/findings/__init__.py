"""What a reader should know of the paper's statements: what is printed, what follows, and what stays open.

All findings are of the trial as published, whatever the viewer chose; only the set of areas follows its own settings.
"""
