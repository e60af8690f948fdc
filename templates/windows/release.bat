@echo off
rem The commands of this version of the release on Windows. Run by bin\<%= release_name %>.bat, which has
rem set RELEASE_ROOT and REL_VSN.
setlocal disabledelayedexpansion
set "REL_NAME=<%= release_name %>"
set "REL_HAS_ELIXIR=<%= elixir %>"
set "REL_ELIXIR_VSN=<%= elixir_vsn %>"
set "REL_DIR=%RELEASE_ROOT%\releases\%REL_VSN%"
set "REL_LIB_DIR=%RELEASE_ROOT%\lib"
set "RELEASE_NAME=%REL_NAME%"
set "RELEASE_VSN=%REL_VSN%"
if not defined RELEASE_MUTABLE_DIR set "RELEASE_MUTABLE_DIR=%RELEASE_ROOT%\var"
if not defined RELEASE_TMP set "RELEASE_TMP=%RELEASE_MUTABLE_DIR%\tmp"
if not defined RELEASE_MODE set "RELEASE_MODE=<%= code_loading_mode %>"
if not defined RELEASE_CONFIG_DIR set "RELEASE_CONFIG_DIR=%RELEASE_ROOT%"
if not defined RELEASE_SERVICE set "RELEASE_SERVICE=%REL_NAME%"
if not defined ERL_OPTS set "ERL_OPTS=<%= erl_opts %>"

rem The operator's files go before those of the version.
if not defined VMARGS_PATH if exist "%RELEASE_CONFIG_DIR%\vm.args" set "VMARGS_PATH=%RELEASE_CONFIG_DIR%\vm.args"
if not defined VMARGS_PATH set "VMARGS_PATH=%REL_DIR%\vm.args"
if not defined SYS_CONFIG_PATH if exist "%RELEASE_CONFIG_DIR%\sys.config" set "SYS_CONFIG_PATH=%RELEASE_CONFIG_DIR%\sys.config"
if not defined SYS_CONFIG_PATH set "SYS_CONFIG_PATH=%REL_DIR%\sys.config"
for %%i in ("%SYS_CONFIG_PATH%") do set "RELEASE_SYS_CONFIG=%%~dpni"

set "COMMAND=%~1"
if "%COMMAND%"=="" set "COMMAND=help"
for %%c in (console foreground install uninstall start stop restart ping rpc eval remote_console version help) do if "%COMMAND%"=="%%c" goto %%c
for %%c in (start_iex) do if "%COMMAND%"=="%%c" goto console
for %%c in (remote remsh) do if "%COMMAND%"=="%%c" goto remote_console
if "%COMMAND%"=="--version" goto version
if "%COMMAND%"=="--help" goto help
set "FAILURE=unknown command '%COMMAND%'; '%REL_NAME% help' lists the commands"
goto fail

:help
echo Usage: %REL_NAME% COMMAND [ARGUMENT...]
echo.
echo   console [ARGUMENT...]      runs the node with a shell on this terminal
echo   foreground [ARGUMENT...]   runs the node without a shell
echo   install                    makes a Windows service of the node
echo   uninstall                  removes the service
echo   start                      starts the service
echo   stop                       stops the service or, without one, the node
echo   restart                    the same, and starts it again
echo   ping                       prints pong if the node answers
echo   rpc EXPRESSION             evaluates an expression on the node; or --file FILE
echo   eval EXPRESSION            evaluates an expression in a VM of its own; or --file FILE
echo   remote_console             a shell on the running node
echo   version                    name and version of the release
exit /b 0

:version
echo %REL_NAME% %REL_VSN%
exit /b 0

:console
call :prepare
if errorlevel 1 exit /b 1
call :arguments %*
call :shell
if defined EXTRA_ARGS if defined SHELL_ARGS set "EXTRA_ARGS=--%EXTRA_ARGS%"
if defined EXTRA_ARGS if not defined SHELL_ARGS set "EXTRA_ARGS=-extra%EXTRA_ARGS%"
"%ERL%" %NODE_ARGS% %SHELL_ARGS% %EXTRA_ARGS%
exit /b %errorlevel%

:foreground
call :prepare
if errorlevel 1 exit /b 1
call :arguments %*
if defined EXTRA_ARGS set "EXTRA_ARGS=-extra%EXTRA_ARGS%"
"%ERL%" %NODE_ARGS% -noshell -noinput %EXTRA_ARGS%
exit /b %errorlevel%

:install
call :prepare
if errorlevel 1 exit /b 1
rem In what -args takes, quotes are escaped.
set "SERVICE_ARGS=%NODE_ARGS:"=\"%"
"%ERLSRV%" add "%RELEASE_SERVICE%" -machine "%ERL%" -workdir "%RELEASE_ROOT%" -stopaction "init:stop()." -onfail restart -comment "%REL_NAME% %REL_VSN%" -env "RELEASE_ROOT=%RELEASE_ROOT%" -env "RELEASE_NAME=%REL_NAME%" -env "RELEASE_VSN=%REL_VSN%" -env "RELEASE_TMP=%RELEASE_TMP%" -env "RELEASE_SYS_CONFIG=%RELEASE_SYS_CONFIG%" %NODE_TYPE% "%RELEASE_NODE%" -args "%SERVICE_ARGS%"
exit /b %errorlevel%

:uninstall
call :erts
if errorlevel 1 exit /b 1
"%ERLSRV%" stop "%RELEASE_SERVICE%"
"%ERLSRV%" remove "%RELEASE_SERVICE%"
exit /b %errorlevel%

:start
call :erts
if errorlevel 1 exit /b 1
"%ERLSRV%" list "%RELEASE_SERVICE%" >nul 2>&1
if errorlevel 1 (
    set "FAILURE=there is no service '%RELEASE_SERVICE%': run '%REL_NAME% install' first, or '%REL_NAME% foreground'"
    goto fail
)
"%ERLSRV%" start "%RELEASE_SERVICE%"
exit /b %errorlevel%

:stop
call :erts
if errorlevel 1 exit /b 1
"%ERLSRV%" list "%RELEASE_SERVICE%" >nul 2>&1
if errorlevel 1 goto control
"%ERLSRV%" stop "%RELEASE_SERVICE%"
exit /b %errorlevel%

:restart
call :erts
if errorlevel 1 exit /b 1
"%ERLSRV%" list "%RELEASE_SERVICE%" >nul 2>&1
if errorlevel 1 goto control
"%ERLSRV%" stop "%RELEASE_SERVICE%"
"%ERLSRV%" start "%RELEASE_SERVICE%"
exit /b %errorlevel%

:rpc
call :expression %*
if errorlevel 1 exit /b 1
goto control

:ping
:control
call :prepare
if errorlevel 1 exit /b 1
"%ERL%" %NODE_TYPE% "%REL_NAME%-%COMMAND%-%RANDOM%%RANDOM%@%NODE_HOST%" -hidden %COOKIE_ARGS% %CLEAN_ARGS% -eval "%PROGRAM%"
exit /b %errorlevel%

:eval
call :expression %*
if errorlevel 1 exit /b 1
call :prepare
if errorlevel 1 exit /b 1
"%ERL%" %CLEAN_ARGS% -config "%SYS_CONFIG_PATH%" -eval "%PROGRAM%"
exit /b %errorlevel%

:remote_console
call :prepare
if errorlevel 1 exit /b 1
call :shell
if "%SHELL_ARGS%"=="" (
    set "SHELL_ARGS=-remsh %RELEASE_NODE%"
) else (
    set "SHELL_ARGS=%SHELL_ARGS% --remsh %RELEASE_NODE%"
)
"%ERL%" %NODE_TYPE% "%REL_NAME%-remote-%RANDOM%%RANDOM%@%NODE_HOST%" -hidden %COOKIE_ARGS% -boot "%REL_DIR%\start_clean" -boot_var RELEASE_LIB "%REL_LIB_DIR%" -mode interactive %SHELL_ARGS%
exit /b %errorlevel%

rem ---- the parts of the commands -------------------------------------------------------

rem The runtime: the release's own, or the one on PATH.
:erts
set "BINDIR=%RELEASE_ROOT%\erts-<%= erts_vsn %>\bin"
if "<%= include_erts %>"=="true" goto erts_found
for %%i in (erl.exe) do set "BINDIR=%%~dp$PATH:i"
if not defined BINDIR (
    set "FAILURE=the release has no runtime of its own and there is no erl.exe on PATH; install Erlang/OTP <%= otp_vsn %>"
    goto fail
)
if "%BINDIR:~-1%"=="\" set "BINDIR=%BINDIR:~0,-1%"
:erts_found
set "ERL=%BINDIR%\erl.exe"
set "ERLSRV=%BINDIR%\erlsrv.exe"
if exist "%ERL%" exit /b 0
set "FAILURE=the release's runtime is not there: '%ERL%' is missing"
goto fail

rem What every VM needs: runtime, name and cookie, and the arguments that follow from them.
:prepare
call :erts
if errorlevel 1 exit /b 1
if not exist "%VMARGS_PATH%" (
    set "FAILURE=cannot read '%VMARGS_PATH%'"
    goto fail
)
set "VM_TYPE="
set "VM_NODE="
set "VM_COOKIE="
for /f "usebackq tokens=1,2" %%a in ("%VMARGS_PATH%") do (
    if "%%a"=="-name" set "VM_TYPE=-name"
    if "%%a"=="-name" set "VM_NODE=%%~b"
    if "%%a"=="-sname" set "VM_TYPE=-sname"
    if "%%a"=="-sname" set "VM_NODE=%%~b"
    if "%%a"=="-setcookie" set "VM_COOKIE=%%~b"
)
set "NODE_TYPE=%VM_TYPE%"
if defined RELEASE_DISTRIBUTION set "NODE_TYPE=-%RELEASE_DISTRIBUTION%"
if not defined NODE_TYPE set "NODE_TYPE=-name"
if not defined RELEASE_NODE set "RELEASE_NODE=%VM_NODE%"
if not defined RELEASE_NODE set "RELEASE_NODE=%REL_NAME%@127.0.0.1"
set "NODE_HOST="
for /f "tokens=2 delims=@" %%h in ("%RELEASE_NODE%") do set "NODE_HOST=%%h"
if not defined NODE_HOST set "NODE_HOST=%COMPUTERNAME%"
for /f "tokens=1 delims=@" %%n in ("%RELEASE_NODE%") do set "RELEASE_NODE=%%n@%NODE_HOST%"
call :cookie
if errorlevel 1 exit /b 1
set "PROGRAM=file:eval(os:getenv(atom_to_list('RELEASE_PROGRAM')))"
set "RELEASE_PROGRAM=%REL_DIR%\call.es"
set "RELEASE_CALL=%COMMAND%"
set "NODE_ARGS=-boot "%REL_DIR%\start" -boot_var RELEASE_LIB "%REL_LIB_DIR%" -mode %RELEASE_MODE% -config "%SYS_CONFIG_PATH%" -args_file "%VMARGS_PATH%" %ERL_OPTS%"
rem A VM that is told of two cookies has none.
if not defined VM_COOKIE set "NODE_ARGS=%COOKIE_ARGS% %NODE_ARGS%"
rem The first of several names counts. A service is given it by erlsrv.
if not "%COMMAND%"=="install" set "NODE_ARGS=%NODE_TYPE% "%RELEASE_NODE%" %NODE_ARGS%"
set "CLEAN_ARGS=-noinput -boot "%REL_DIR%\start_clean" -boot_var RELEASE_LIB "%REL_LIB_DIR%" -mode interactive"
exit /b 0

rem The cookie goes to VMs in a file, since others see the arguments of processes.
:cookie
if defined VM_COOKIE set "RELEASE_COOKIE=%VM_COOKIE%"
if not defined RELEASE_COOKIE if defined COOKIE set "RELEASE_COOKIE=%COOKIE%"
set "COOKIE_FILE=%RELEASE_ROOT%\releases\COOKIE"
if not defined RELEASE_COOKIE call :cookie_read
set "COOKIE_FILE=%RELEASE_MUTABLE_DIR%\COOKIE"
if not defined RELEASE_COOKIE call :cookie_read
if not exist "%RELEASE_MUTABLE_DIR%" mkdir "%RELEASE_MUTABLE_DIR%"
if not defined RELEASE_COOKIE call :cookie_new
if not defined RELEASE_COOKIE (
    set "FAILURE=there is no cookie: set the setting 'cookie' of rel/config.yaml, or the variable RELEASE_COOKIE"
    goto fail
)
set "COOKIE_FILE=%RELEASE_MUTABLE_DIR%\cookie.args"
setlocal enabledelayedexpansion
>"!COOKIE_FILE!" echo -setcookie "!RELEASE_COOKIE!"
endlocal
if not exist "%COOKIE_FILE%" (
    set "FAILURE=cannot write '%COOKIE_FILE%'"
    goto fail
)
set "COOKIE_ARGS=-args_file "%COOKIE_FILE%""
exit /b 0

:cookie_read
if not exist "%COOKIE_FILE%" exit /b 0
for /f "usebackq tokens=1" %%c in ("%COOKIE_FILE%") do set "RELEASE_COOKIE=%%c"
exit /b 0

:cookie_new
for /f %%c in ('powershell -NoProfile -Command "$b = New-Object byte[] 32; [Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($b); [BitConverter]::ToString($b).Replace([string][char]45,[string]::Empty)" 2^>nul') do set "RELEASE_COOKIE=%%c"
if defined RELEASE_COOKIE >"%RELEASE_MUTABLE_DIR%\COOKIE" echo %RELEASE_COOKIE%
exit /b 0

rem The shell of a console: IEx where the release has it. How it starts depends on its version.
:shell
set "SHELL_ARGS="
if not "%REL_HAS_ELIXIR%"=="true" exit /b 0
if defined USE_ERL_SHELL exit /b 0
if not exist "%REL_LIB_DIR%\iex-%REL_ELIXIR_VSN%" exit /b 0
for /f "tokens=2 delims=." %%m in ("%REL_ELIXIR_VSN%") do set "MINOR=%%m"
set "SHELL_ARGS=-noshell -user elixir -extra --no-halt +iex"
if %MINOR% lss 17 set "SHELL_ARGS=-noshell -user elixir -s elixir start_iex -extra --no-halt +iex"
if %MINOR% lss 15 set "SHELL_ARGS=-noshell -user Elixir.IEx.CLI -extra --no-halt +iex"
exit /b 0

rem The arguments after the command, each quoted.
:arguments
set "EXTRA_ARGS="
:arguments_next
shift
if "%~1"=="" exit /b 0
set EXTRA_ARGS=%EXTRA_ARGS% "%~1"
goto arguments_next

rem EXPRESSION, or --file FILE.
:expression
set "RELEASE_EXPRESSION="
set "RELEASE_EXPRESSION_FILE="
if "%~2"=="" (
    set "FAILURE=%COMMAND% needs an expression: %REL_NAME% %COMMAND% EXPRESSION"
    goto fail
)
if "%~2"=="--file" (
    set "RELEASE_EXPRESSION_FILE=%~f3"
) else (
    set "RELEASE_EXPRESSION=%~2"
)
exit /b 0

:fail
setlocal enabledelayedexpansion
echo !REL_NAME!: !FAILURE!>&2
exit /b 1
