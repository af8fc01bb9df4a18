// Loaded into a server process by tests: at SIGUSR2 it collects all garbage and prints what memory is left. What waits to be collected
// is as much as V8 finds convenient, and says nothing about what is kept.
process.on('SIGUSR2', () => {
  globalThis.gc()
  const { rss, heapUsed } = process.memoryUsage()
  process.stderr.write(`memory in use ${rss} ${heapUsed}\n`)
})
