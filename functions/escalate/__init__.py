"""Who is told, who works next, and when it is over: the steps of an incident that need no
server.
"""
