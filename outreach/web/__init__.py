"""The pages alumni and coordinators see: server-rendered, in Swedish and English. None needs JavaScript; GET changes
nothing."""
