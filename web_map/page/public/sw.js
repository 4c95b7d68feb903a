// The page in the hand opens without a network, from what it has put aside (src/hand/aside.ts). It touches
// nothing else: no answer of the API is ever kept or told from here.
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && pathname === '/m') event.respondWith(shell(request))
  else if (pathname.startsWith('/assets/')) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)))
})

/** The server's, else the one put aside: a server that fails is no better than none. */
async function shell(request) {
  const served = await fetch(request).catch(() => null)
  return served?.ok ? served : ((await caches.match('/m')) ?? served ?? Response.error())
}
