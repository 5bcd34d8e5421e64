"""Everything that writes. Call these from a view, a task, a command or a shell."""
