"""Ways to reach people, one file each behind one protocol (protocol.py); registry.py names those that are in use."""
