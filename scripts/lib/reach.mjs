// Does an address answer at all? Asked before anything that would otherwise wait for minutes on a closed network.

import http from 'node:http'
import https from 'node:https'

/**
 * @param {string} url
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} true for any answer, also an error page
 */
export function answers(url, timeoutMs = 5_000) {
  return new Promise((resolve) => {
    const client = url.startsWith('https:') ? https : http
    const request = client.request(url, { method: 'HEAD' }, (response) => {
      response.resume()
      finish(true)
    })
    const timer = setTimeout(() => finish(false), timeoutMs)
    function finish(answer) {
      clearTimeout(timer)
      request.destroy()
      resolve(answer)
    }
    request.once('error', () => finish(false))
    request.end()
  })
}
