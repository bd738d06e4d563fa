"""The kit for conformance: the contract on one page, and programs that honour it, to copy."""
