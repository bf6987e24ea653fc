using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli;

/// <summary><c>completion SHELL</c>: prints the script that teaches a shell to complete our commands and options.</summary>
internal static class CompletionCommand
{
    // All scripts hand the line up to the cursor to System.CommandLine's [suggest] directive.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _mlnetvision() {
                local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
                COMPREPLY=($(compgen -W "$(mlnetvision "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _mlnetvision mlnetvision
            """,
        ["zsh"] = """
            #compdef mlnetvision
            _mlnetvision() {
                local line="$LBUFFER"
                local -a found
                found=("${(@f)$(mlnetvision "[suggest:${#line}]" "$line" 2>/dev/null)}")
                [[ -n "$found" ]] && compadd -- "${found[@]}"
                _files
            }
            compdef _mlnetvision mlnetvision
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName mlnetvision -ScriptBlock {
                param($word, $ast, $cursor)
                mlnetvision "[suggest:$cursor]" $ast.ToString() 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new DocumentedCommand("completion", "Print a script that completes commands and options in a shell.")
        {
            Examples =
            [
                ("""eval "$(mlnetvision completion bash)" """.TrimEnd(), "Completes in this bash; put the line into ~/.bashrc to keep it."),
                ("mlnetvision completion pwsh | Out-String | Invoke-Expression", "The same in PowerShell."),
            ],
        };
        command.Add(shell);
        command.SetRun(terminal, (parsed, _) =>
        {
            terminal.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}

/// <summary>
/// The directive <c>[suggest:CURSOR] "LINE"</c> of System.CommandLine, by which shells and dotnet-suggest ask what may
/// stand at the cursor. Served here because System.CommandLine ties it to a command named after the process.
/// </summary>
internal static class Suggestions
{
    private const string Start = "[suggest";

    public static bool IsRequest(string argument) => argument.StartsWith(Start, StringComparison.Ordinal) && argument.EndsWith(']');

    public static int Print(Command root, IReadOnlyList<string> args, TextWriter output)
    {
        var line = args.Count > 1 ? args[1] : "";
        var number = args[0][Start.Length..].Trim(':', ']');
        var cursor = int.TryParse(number, CultureInfo.InvariantCulture, out var at) ? Math.Clamp(at, 0, line.Length) : line.Length;
        foreach (var completion in root.Parse(line).GetCompletions(cursor)) output.WriteLine(completion.Label);
        output.Flush();
        return ExitCode.Done;
    }
}
