"""The database: its schema on one page, its migrations, and one repository a table. No decision is made here."""
