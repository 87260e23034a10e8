"""Claims: sentences that stand on quotes, proved letter by letter."""
