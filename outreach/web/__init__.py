"""The pages alumni and coordinators see: server-rendered, no JavaScript, Swedish and English. GET changes nothing."""
