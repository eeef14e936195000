"""Returned mail: reports that mail servers send back by mail, read from a Maildir or a drop folder."""
