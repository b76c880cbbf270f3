"""Contract suites: subclass one for each data type, store and loader, here and in plugins. Needs pytest."""
