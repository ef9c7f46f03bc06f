"""What can a user ask for? One function per wish; here the rooms are put together."""
