// A file that the page itself makes and hands to the browser, which asks where to or puts it among the downloads.
export function saveFile(pieces: readonly string[], { name, type }: { name: string; type: string }): void {
  const url = URL.createObjectURL(new Blob([...pieces], { type }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
