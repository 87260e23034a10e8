"""The live room: statements and votes on people's own phones, groups on the big screen."""
