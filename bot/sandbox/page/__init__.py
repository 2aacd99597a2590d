"""The sandbox in a browser: a page that looks and behaves like a chat client on the sandbox's Discord.

`make sandbox` opens it. It has no part in the bot, which does not know that it exists: whatever a person does in the
page, a `Person` of the sandbox does, and reaches the bot as it would from Discord's own client.

    __main__               `make sandbox`: the world, the bot, the page, until Ctrl-C
    street                 the servers, channels and people that a newcomer meets
    protocol               the socket's words, documented; nothing else goes over it
    server, files          one loopback address for the page, its socket and dropped files
    samples                pictures for who has none at hand, and files that nobody should send
    window                 one open window of a browser: who it looks as, what it asks for
    values, outbox         what the ids in its requests stand for; what waits to be sent to it
    shown                  what a window is told: places, people, commands, messages
    behind, switches       behind the scenes: jobs, requests, uploads; faults, bot, clock
    gallery/               every kind of component, and every card of Easel in every state
    browser, visitor       a browser of this machine, and what a person does in it: for tests and for the camera
    camera                 `make pictures`: the README's screenshots and its moving picture
    static/                the page itself: plain modules, no build step
"""
