"""What the package knows about users: names, addresses, rights, links in mails."""
