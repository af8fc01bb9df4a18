// What the system's browser shows when a sign-in for the desktop app is through: a way back into the app. No script; with a style of its own.
import { chooseLanguage, createTranslate } from '../../shared/locales/translate.ts'

export const STYLE_PATH = '/openid/page.css'

/** The colours of the app, by the system's choice. */
export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --surface: #ffffff; --text: #141a22; --text-2: #55606f; --line: #e2e6ec; --accent: #0b7d70; --on-accent: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1014; --surface: #14181e; --text: #e9edf2; --text-2: #9fa9b7; --line: rgb(255 255 255 / 8%); --accent: #2cc0aa; --on-accent: #04231e; }
}
* { box-sizing: border-box; }
body {
  display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 24px;
  background: var(--ground); color: var(--text); font: 14px/1.5 Inter, system-ui, 'PingFang SC', 'Microsoft YaHei', sans-serif;
}
main { max-width: 400px; padding: 32px; border: 1px solid var(--line); border-radius: 18px; background: var(--surface); }
h1 { margin: 0 0 8px; font-size: 20px; line-height: 1.3; }
p { margin: 0 0 24px; color: var(--text-2); }
a {
  display: block; padding: 12px 20px; border-radius: 12px; background: var(--accent); color: var(--on-accent);
  font-weight: 600; text-align: center; text-decoration: none;
}
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
.small { margin: 16px 0 0; font-size: 12.5px; }
`

/** `grant` is of letters that need no escaping. Whether it went well the app says: this page tells nobody. */
export function returnPage(grant: string, acceptLanguage: string | undefined): string {
  const language = chooseLanguage(
    'system',
    (acceptLanguage ?? '').split(',').map((tag) => tag.trim()),
  )
  const t = createTranslate(language)
  const link = `parley://openid/${grant}`
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="refresh" content="0;url=${link}" />
    <title>Parley</title>
    <link rel="stylesheet" href="${STYLE_PATH}" />
  </head>
  <body>
    <main>
      <h1>${t('openidPage.title')}</h1>
      <p>${t('openidPage.lead')}</p>
      <a href="${link}">${t('openidPage.open')}</a>
      <p class="small">${t('openidPage.close')}</p>
    </main>
  </body>
</html>
`
}
