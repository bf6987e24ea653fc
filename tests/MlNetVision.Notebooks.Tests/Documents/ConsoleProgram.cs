using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>A <c>Program.cs</c> of a console project, compiled as the SDK's compiler would.</summary>
/// <param name="Code">Its text.</param>
/// <param name="ImplicitUsings">The file of usings that the build gave the project; empty without <c>ImplicitUsings</c>.</param>
/// <param name="References">The assemblies that it is compiled against.</param>
internal sealed record ConsoleProgram(string Code, string ImplicitUsings, IReadOnlyList<string> References)
{
    /// <summary>Warnings that the SDK turns off too: assemblies that were built against older ones.</summary>
    private static readonly string[] Off = ["CS1701", "CS1702"];

    // What a console project of this framework gets by itself.
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    /// <summary>The errors and warnings, in order; none where it compiles.</summary>
    public IReadOnlyList<Diagnostic> Diagnose() => [.. Compilation("Program").GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)];

    /// <summary>Writes the assembly.</summary>
    /// <exception cref="InvalidOperationException">It does not compile without warnings; the message has them.</exception>
    public void Write(string path)
    {
        if (Diagnose() is { Count: > 0 } found) throw new InvalidOperationException($"{string.Join('\n', found)}\n{Code}");
        using var stream = File.Create(path);
        Assert.IsTrue(Compilation(Path.GetFileNameWithoutExtension(path)).Emit(stream).Success);
    }

    private CSharpCompilation Compilation(string name) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(Code, Language, "Program.cs"), CSharpSyntaxTree.ParseText(ImplicitUsings, Language)],
        References.Select(path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(
            OutputKind.ConsoleApplication,
            nullableContextOptions: NullableContextOptions.Enable,
            specificDiagnosticOptions: Off.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Suppress))));
}
