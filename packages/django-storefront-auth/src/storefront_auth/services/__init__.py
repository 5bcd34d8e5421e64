"""The use cases of the package, to be called from views, tasks, commands or a shell."""
