"""Who is considered, duty by duty: each module returns one SELECT, and `queries.selection` turns it into the ledger."""
