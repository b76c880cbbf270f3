"""The daemon: owns a workspace's session, starts its interpreter, answers the editor. Only this package knows LSP."""
