"""The claims ledger: every quantitative statement of the paper beside what the published data give for it."""
