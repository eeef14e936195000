"""Files that spreadsheets write: CSV and XLSX in as text cells, and the list of rows that were not taken in."""
