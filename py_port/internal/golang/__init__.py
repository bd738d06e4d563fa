"""The few things that Go has in its language or library, and anyio does not have."""
