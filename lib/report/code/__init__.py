"""Show the code: a script for every page and figure, and all of it as one zip that runs elsewhere."""
