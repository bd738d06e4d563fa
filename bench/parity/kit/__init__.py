"""The conformance kit: the contract on one page, and programs to copy that honour it."""
