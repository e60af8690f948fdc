@echo off
rem Starts and controls the release on Windows; "help" lists the commands. This file only finds its
rem release and hands over to the script of the version to run.
setlocal disabledelayedexpansion
for %%i in ("%~dp0..") do set "RELEASE_ROOT=%%~fi"
if defined REL_VSN goto run
set "START_ERL_DATA=%RELEASE_ROOT%\releases\start_erl.data"
if not exist "%START_ERL_DATA%" (
    echo <%= release_name %>: cannot read "%START_ERL_DATA%", which names the version to run>&2
    exit /b 1
)
for /f "usebackq tokens=2" %%v in ("%START_ERL_DATA%") do set "REL_VSN=%%v"
:run
if not exist "%RELEASE_ROOT%\releases\%REL_VSN%\<%= release_name %>.bat" (
    echo <%= release_name %>: version "%REL_VSN%" is not installed>&2
    exit /b 1
)
"%RELEASE_ROOT%\releases\%REL_VSN%\<%= release_name %>.bat" %*
