"""Three hundred phones in one live room, on one small server."""
