<#
.SYNOPSIS
Sets Mneme up in .venv beside this folder and starts it; safe to repeat. The same as `run`, for Windows.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File installer\run.ps1                     # set up and open the window
powershell -ExecutionPolicy Bypass -File installer\run.ps1 demo                # on a sample life, in a temporary profile
powershell -ExecutionPolicy Bypass -File installer\run.ps1 cli add C:\Notes    # set up and run `mneme add C:\Notes`
powershell -ExecutionPolicy Bypass -File installer\run.ps1 -Llm auto           # with llama.cpp (auto, cpu, cuda or vulkan)
powershell -ExecutionPolicy Bypass -File installer\run.ps1 uninstall [data]    # remove it [and the memories, after asking]
#>
# PowerShell takes `--` for itself, hence the plain words.
param(
    [Parameter(Position = 0)][string]$Command = "",
    [ValidateSet("", "auto", "cpu", "cuda", "vulkan")][string]$Llm = "",
    [Parameter(ValueFromRemainingArguments = $true)][string[]]$Rest = @()
)

$ErrorActionPreference = "Stop"
$Top = Split-Path -Parent $PSScriptRoot
$Venv = Join-Path $Top ".venv"
$Scripts = Join-Path $Venv "Scripts"
$Stamp = Join-Path $Venv "installed-base"
$Log = Join-Path $Venv "install.log"

function Stop-With([string]$Sentence, [string]$Remedy) {
    [Console]::Error.WriteLine($Sentence)
    if ($Remedy) { [Console]::Error.WriteLine("  $Remedy") }
    exit 1
}

function Get-Fingerprint { "$Top $((Get-FileHash (Join-Path $Top 'pyproject.toml')).Hash)" }

# The command and its arguments that start Python 3.11 or newer.
function Find-Python {
    $Candidates = @(@("py", "-3.13"), @("py", "-3.12"), @("py", "-3.11"), @("python"), @("python3"))
    foreach ($Candidate in $Candidates) {
        if (-not (Get-Command $Candidate[0] -ErrorAction SilentlyContinue)) { continue }
        $Arguments = @($Candidate | Select-Object -Skip 1) + @("-c", "import sys; sys.exit(sys.version_info < (3, 11))")
        try { & $Candidate[0] @Arguments *> $null } catch { continue }
        if ($LASTEXITCODE -eq 0) { return , $Candidate }
    }
    Stop-With "Mneme needs Python 3.11 or newer, and there is none here." "Install it from python.org, then run this again."
}

function Install-Mneme {
    if ((Test-Path $Stamp) -and (Test-Path "$Scripts\python.exe") -and ((Get-Content $Stamp) -eq (Get-Fingerprint))) { return }
    if (Test-Path $Stamp) { Remove-Item $Stamp }
    $Python = Find-Python
    $Arguments = @($Python | Select-Object -Skip 1) + @("-m", "venv", $Venv)
    if (-not (Test-Path "$Scripts\python.exe")) { & $Python[0] @Arguments }
    if ($LASTEXITCODE) { Stop-With "The environment could not be made." "Look whether there is space and whether $Top is yours." }
    [Console]::Error.WriteLine("Installing Mneme and its packages (some minutes the first time; details in .venv\install.log) ...")
    # A native command's standard error must not end the script.
    $ErrorActionPreference = "Continue"
    & "$Scripts\python.exe" -m pip install --disable-pip-version-check --no-input --editable $Top *> $Log
    $Code = $LASTEXITCODE
    $ErrorActionPreference = "Stop"
    if ($Code) {
        Get-Content $Log -Tail 12 | ForEach-Object { [Console]::Error.WriteLine("  | $_") }
        Stop-With "Mneme's packages could not be installed." "The log is $Log; run this again when the cause is gone."
    }
    Get-Fingerprint | Set-Content $Stamp
}

# Quick where it was done: the program looks by itself. On failure the environment stays as it was.
function Install-Llama {
    if (-not $Llm) { return }
    $ErrorActionPreference = "Continue"
    & "$Scripts\mneme.exe" models setup --backend $Llm --log (Join-Path $Venv "llm-build.log") |
        ForEach-Object { [Console]::Error.WriteLine($_) }
    $Code = $LASTEXITCODE
    $ErrorActionPreference = "Stop"
    if ($Code) { Stop-With "Mneme itself is set up, and works without llama.cpp." "Start it without -Llm." }
}

function Get-DataFolder {
    if ($env:MNEME_HOME) { $env:MNEME_HOME } else { Join-Path $env:LOCALAPPDATA "Mneme" }
}

# Removes only what Mneme itself makes in a profile; anything else in that folder stays.
function Remove-Data {
    $Folder = Get-DataFolder
    if (-not (Test-Path "$Folder\memory.db")) { Write-Output "There are no memories in $Folder."; return }
    if ((Read-Host "Remove all memories in $Folder for good? Type yes") -ne "yes") { Stop-With "Nothing was removed." }
    foreach ($Name in "memory.db*", "key.json", "backups", "logs", "window.ini") {
        Remove-Item (Join-Path $Folder $Name) -Recurse -Force -ErrorAction SilentlyContinue
    }
    if (-not (Get-ChildItem $Folder -Force)) { Remove-Item $Folder }
}

function Uninstall-Mneme {
    if ($Rest -contains "data") { Remove-Data }
    if (Test-Path $Venv) { Remove-Item $Venv -Recurse -Force }
    Write-Output "Removed: .venv. What stays: this folder, $Top"
    $Wheels = Join-Path $env:LOCALAPPDATA "mneme\Cache\wheels"
    if (Test-Path $Wheels) { Write-Output "builds of llama.cpp, $Wheels" }
    if (Test-Path (Get-DataFolder)) { Write-Output "and your memories, $(Get-DataFolder)" }
}

switch ($Command) {
    "" { Install-Mneme; Install-Llama; & "$Scripts\mneme-desktop.exe"; exit $LASTEXITCODE }
    "demo" {
        Install-Mneme
        Install-Llama
        if ($Rest -contains "--json") { & "$Scripts\mneme.exe" demo @Rest } else { & "$Scripts\mneme-desktop.exe" --demo }
        exit $LASTEXITCODE
    }
    "cli" { Install-Mneme; Install-Llama; & "$Scripts\mneme.exe" @Rest; exit $LASTEXITCODE }
    "uninstall" { Uninstall-Mneme }
    default { Get-Help $PSCommandPath -Detailed; exit 2 }
}
