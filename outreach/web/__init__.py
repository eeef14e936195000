"""The pages alumni and coordinators see: server-rendered, in Swedish and English, and none needs JavaScript. GET changes nothing."""
