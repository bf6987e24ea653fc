using System.Text.RegularExpressions;

namespace MlNetVision.Notebooks;

/// <summary>Runs the cells of a notebook in the real kernel, and keeps of their outputs what a reader needs.</summary>
internal static partial class NotebookRunner
{
    /// <summary>Runs all code cells.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="source">The cells.</param>
    /// <param name="file">The notebook file with these cells; it is not changed.</param>
    /// <returns>The outputs of every cell, in the cells' order; none for markdown.</returns>
    /// <exception cref="InvalidOperationException">A cell does not compile, throws or warns; the message names it.</exception>
    public static IReadOnlyList<IReadOnlyList<CellOutput>> Run(NotebookKernel kernel, NotebookSource source, string file) =>
        Clean(source, NotebookFile.ReadOutputs(kernel.Execute(file), source));

    /// <summary>Drops what the kernel says of packages, and refuses warnings.</summary>
    /// <exception cref="InvalidOperationException">A cell wrote to the standard error stream; the message names it.</exception>
    public static IReadOnlyList<IReadOnlyList<CellOutput>> Clean(NotebookSource source, IReadOnlyList<IReadOnlyList<CellOutput>> outputs)
    {
        foreach (var (index, cell) in outputs.Index())
        {
            if (cell.FirstOrDefault(o => o.Mime is CellOutput.Error) is { } error)
                throw new InvalidOperationException($"{source.Name}, cell {index + 1}: {error.Content.Trim()}\n{source.Cells[index].Text}");
        }
        return [.. outputs.Select(cell => cell.Where(o => !OfKernel().IsMatch(o.Content)).ToArray())];
    }

    // The first cell's script that finds the kernel's port, the list of restored packages, and the extensions of these packages.
    [GeneratedRegex("^Loading extensions from |<strong>Installed Packages</strong>|probeAddresses|^Loaded .* extension")]
    private static partial Regex OfKernel();
}
