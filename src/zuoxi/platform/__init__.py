"""What every room stands on: settings, database and tenancy, errors, HTTP, events, jobs, audit log. Knows no domain."""
