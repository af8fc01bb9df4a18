// Makes the pair of keys with which updates are signed. The private one becomes the secret PARLEY_UPDATE_SIGNING_KEY and lies nowhere else;
// the public one becomes the variable PARLEY_UPDATE_KEY and is packed into every app. Whoever loses the first can update nobody any more.

import { generateKeyPairSync } from 'node:crypto'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
console.log(privateKey.export({ format: 'pem', type: 'pkcs8' }).trim())
console.log(`\nPARLEY_UPDATE_KEY=${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`)
