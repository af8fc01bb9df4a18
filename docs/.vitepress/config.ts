// The documentation as a site: built and read without any network.
import path from 'node:path'
import { defineConfig, type MarkdownOptions } from 'vitepress'

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0]

/** Files of the repository beside docs/ are no pages: the site names them without a link. */
function unlinkOutside(md: Markdown) {
  md.core.ruler.push('outside', ({ tokens, env }) => {
    for (const { children } of tokens) {
      let outside = false
      for (const token of children ?? []) {
        const target = token.type === 'link_open' ? (token.attrGet('href') ?? '') : ''
        const file = path.posix.join(path.posix.dirname(env?.relativePath ?? ''), target)
        if (token.type === 'link_open') outside = file.startsWith('../') && target.endsWith('.md')
        if (!outside || !token.type.startsWith('link_')) continue
        Object.assign(token, { type: token.type.replace('link', 'outside'), tag: 'span', attrs: null })
      }
    }
  })
}

const people = [
  { text: 'Your first call', link: '/people/first-call' },
  { text: 'Ringing people in', link: '/people/ringing' },
  { text: 'Being rung', link: '/people/being-rung' },
  { text: 'Meetings', link: '/people/meetings' },
  { text: 'Guests', link: '/people/guests' },
  { text: 'Keys', link: '/people/keys' },
  { text: 'Settings', link: '/people/settings' },
  { text: 'Troubles', link: '/people/troubles' },
]
const server = [
  { text: 'Install', link: '/server/install' },
  { text: 'HTTPS and proxies', link: '/server/https' },
  { text: 'TURN', link: '/server/turn' },
  { text: 'OpenID Connect', link: '/server/openid' },
  { text: 'Accounts and administration', link: '/server/accounts' },
  { text: 'Backups and upgrades', link: '/server/backups' },
  { text: 'API and webhooks', link: '/api' },
  { text: 'Limits', link: '/limits' },
  { text: 'Monitoring', link: '/monitoring/' },
  { text: 'Security', link: '/security' },
  { text: 'Privacy', link: '/privacy' },
]
const contributors = [
  { text: 'A tour of the code', link: '/contributors/tour' },
  { text: 'Commands and tests', link: '/contributors/tests' },
  { text: 'Installers and releases', link: '/contributors/releases' },
  { text: 'Release checklist', link: '/release-checklist' },
  { text: 'Design', link: '/design' },
  { text: 'Licences', link: '/licences' },
]

export default defineConfig({
  title: 'Parley',
  description: 'Ring people into a meeting, and every device agrees on what happened.',
  cacheDir: '../.cache/docs',
  rewrites: { 'monitoring/README.md': 'monitoring/index.md' },
  markdown: { config: unlinkOutside, theme: { light: 'github-light-high-contrast', dark: 'github-dark' } },
  themeConfig: {
    nav: [
      { text: 'For people', link: '/people/first-call' },
      { text: 'For whoever runs the server', link: '/server/install' },
      { text: 'For contributors', link: '/contributors/tour' },
    ],
    sidebar: [
      { text: 'For people', items: people },
      { text: 'For whoever runs the server', items: server },
      { text: 'For contributors', items: contributors },
    ],
    search: { provider: 'local' },
    outline: { level: [2, 3] },
  },
})
