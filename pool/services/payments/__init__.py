"""Money that arrives: bank files, payments, statements, reminders, late payment."""
