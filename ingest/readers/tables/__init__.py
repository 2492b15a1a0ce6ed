"""Tables: CSV and Excel, what their columns mean and what a row becomes."""
