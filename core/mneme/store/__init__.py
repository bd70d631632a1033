"""The one room that speaks SQL: driver and database, keys, migrations, and a module for each table family."""
