; parley:// links belong to Parley, for this user. electron-builder registers the scheme on macOS and Linux only.
!macro customInstall
  WriteRegStr HKCU "Software\Classes\parley" "" "URL:Parley"
  WriteRegStr HKCU "Software\Classes\parley" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\parley\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr HKCU "Software\Classes\parley\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
!macroend

!macro customUnInstall
  DeleteRegKey HKCU "Software\Classes\parley"
!macroend
