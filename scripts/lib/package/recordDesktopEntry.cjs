// electron-builder calls this once the app's folder is laid out. It keeps the desktop entry that deb, rpm and AppImage will carry beside
// the folder, so that it can be checked where those formats cannot be made. Runs inside electron-builder, and so may use its parts.

const { writeFile } = require('node:fs/promises')
const path = require('node:path')
const { LinuxTargetHelper } = require('app-builder-lib/out/targets/LinuxTargetHelper.js')

exports.default = async ({ electronPlatformName, packager, outDir }) => {
  if (electronPlatformName !== 'linux') return
  const entry = await new LinuxTargetHelper(packager).computeDesktopEntry(packager.platformSpecificBuildOptions)
  await writeFile(path.join(outDir, 'parley.desktop'), entry)
}
