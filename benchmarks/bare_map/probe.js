// Loaded before the page: tells when the map is idle, and how long after an event something was on the screen.
;(() => {
  let held = { map: null }
  let idles = 0
  performance.setResourceTimingBufferSize(5000)
  let tell
  window.firstIdle = new Promise((done) => { tell = done })
  Object.defineProperty(window, 'yiwang', {
    get: () => held,
    set: (next) => {
      held = next
      next.map?.on('idle', () => {
        idles += 1
        tell(performance.now())
      })
    },
  })
  const channel = new MessageChannel()
  /** Runs after the frame that is being made has been painted. */
  const afterPaint = (act) => {
    channel.port1.onmessage = act
    channel.port2.postMessage(null)
  }
  /** ms from the next event of the type until `seen()` holds in a painted frame, and with `idle` the map has drawn since. */
  window.timed = (type, seen, idle) => new Promise((done) => {
    addEventListener(type, ({ timeStamp }) => {
      const before = idles // the map was at rest
      const look = () => {
        if (performance.now() - timeStamp > 60_000) done(null)
        else if (!seen() || (idle && idles === before)) requestAnimationFrame(look)
        else afterPaint(() => done(performance.now() - timeStamp))
      }
      requestAnimationFrame(look)
    }, { capture: true, once: true })
  })
})()
