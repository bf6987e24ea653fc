#pragma warning disable IDE1006, CA1822 // .NET Interactive's names, and members as scripts need them.

using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace MlNetVision.Notebooks;

/// <summary>Runs the cells of a notebook one after another as one C# script, as a notebook's kernel does.</summary>
internal static class NotebookRunner
{
    // What .NET Interactive imports by itself.
    private static readonly string[] Imports =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading.Tasks"];

    /// <summary>Runs all code cells.</summary>
    /// <returns>The outputs of every cell, in the cells' order; none for markdown.</returns>
    /// <exception cref="InvalidOperationException">A cell does not compile or throws; the message names it.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<CellOutput>>> RunAsync(NotebookSource source)
    {
        var globals = new NotebookGlobals();
        var options = ScriptOptions.Default.WithImports(Imports).WithReferences(References()).WithAllowUnsafe(false);
        var state = await CSharpScript.RunAsync("", options, globals);
        var outputs = new List<IReadOnlyList<CellOutput>>();
        foreach (var (index, cell) in source.Cells.Index())
        {
            if (!cell.IsCode)
            {
                outputs.Add([]);
                continue;
            }
            using var console = new StringWriter();
            try
            {
                state = await WithConsole(console, () => state.ContinueWithAsync(PackageDirective.Remove(cell.Text)));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{source.Name}, cell {index + 1}: {e.Message}\n{cell.Text}", e);
            }
            IEnumerable<CellOutput> written = console.ToString() is { Length: > 0 } text ? [new(CellOutput.Console, text.ReplaceLineEndings("\n"))]
                : [];
            outputs.Add([.. written, .. globals.TakeOutputs()]);
        }
        return outputs;
    }

    private static async Task<T> WithConsole<T>(TextWriter writer, Func<Task<T>> run)
    {
        var console = Console.Out;
        Console.SetOut(writer);
        try
        {
            return await run();
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    /// <summary>All that this program was built with, among it the library and the packages that notebooks name.</summary>
    private static IEnumerable<string> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// The functions that .NET Interactive offers every cell. <c>display</c> stores an output; strings as they are, others by <c>ToString</c>.
/// </summary>
public sealed class NotebookGlobals
{
    private readonly List<CellOutput> _outputs = [];

    public void display(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _outputs.Add(value is HtmlContent html ? html.ToOutput() : new CellOutput("text/plain", value.ToString() ?? ""));
    }

    public HtmlContent HTML(string html) => new(html);

    internal IReadOnlyList<CellOutput> TakeOutputs()
    {
        CellOutput[] taken = [.. _outputs];
        _outputs.Clear();
        return taken;
    }
}

/// <summary>What <c>HTML(...)</c> gives: text that a viewer shows as HTML.</summary>
public sealed partial record HtmlContent(string Html)
{
    /// <summary>As a cell's output. A lone inline image is stored as the image: viewers that drop HTML still show it.</summary>
    internal CellOutput ToOutput() => Image().Match(Html) is { Success: true } image
        ? new CellOutput(image.Groups[1].Value, image.Groups[2].Value)
        : new CellOutput("text/html", Html);

    [GeneratedRegex("""^<img src="data:(image/\w+);base64,([\w+/=]+)" ?/?>$""")]
    private static partial Regex Image();
}
