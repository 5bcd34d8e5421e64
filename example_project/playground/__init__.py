"""Pages that try out mails, tasks and caching."""
