"""The survey on paper: forms and posters to print, and answers that staff write down."""
