"""Customers to whom the purchasing rules do not apply, by the Code, for a time (F-PUR-6)."""
