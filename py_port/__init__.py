"""The worker pool of go_reference, module for module, on anyio."""
