using MlNetVision.Files;

namespace MlNetVision.Notebooks;

/// <summary>The commands of the tool. Each gives its exit code: 0 done, 1 a notebook fails or differs, 2 usage.</summary>
internal static class Notebooks
{
    public static int Usage()
    {
        Console.Error.WriteLine("""
            Usage:
              build FOLDER         writes NAME.ipynb and NAME.cs for each FOLDER/source/NAME.md; unchanged cells keep their outputs
              run FOLDER           builds, runs the cells, and stores their outputs in NAME.ipynb
              run FOLDER --check   runs the cells and compares their outputs with the stored ones; writes nothing
            """);
        return 2;
    }

    public static int Build(string folder)
    {
        foreach (var source in NotebookSource.LoadAll(folder)) Write(folder, source, NotebookFile.ReadOutputs(Ipynb(folder, source), source));
        return 0;
    }

    public static async Task<int> RunAsync(string folder, bool check)
    {
        var failures = 0;
        foreach (var source in NotebookSource.LoadAll(folder))
        {
            try
            {
                var outputs = await NotebookRunner.RunAsync(source);
                if (check) Compare(source, outputs, NotebookFile.ReadOutputs(Ipynb(folder, source), source));
                else Write(folder, source, outputs);
                Console.WriteLine(
                    $"{source.Name}: {source.Cells.Count(c => c.IsCode)} cells ran, {outputs.Sum(o => o.Count)} outputs"
                    + $"{(check ? " as stored" : "")}");
            }
            catch (InvalidOperationException e)
            {
                Console.Error.WriteLine(e.Message);
                failures++;
            }
        }
        return failures == 0 ? 0 : 1;
    }

    private static void Write(string folder, NotebookSource source, IReadOnlyList<IReadOnlyList<CellOutput>> outputs)
    {
        AtomicFile.WriteText(Ipynb(folder, source), NotebookFile.Write(source, outputs));
        AtomicFile.WriteText(Path.Combine(folder, source.Name + ".cs"), FileAppWriter.Write(source));
    }

    private static void Compare(NotebookSource source, IReadOnlyList<IReadOnlyList<CellOutput>> now, IReadOnlyList<IReadOnlyList<CellOutput>> stored)
    {
        for (var i = 0; i < now.Count; i++)
        {
            if (now[i].Count == stored[i].Count && now[i].Zip(stored[i]).All(pair => pair.First.Matches(pair.Second))) continue;
            throw new InvalidOperationException($"{source.Name}, cell {i + 1}: stored were\n{Describe(stored[i])}\nnow come\n{Describe(now[i])}");
        }
    }

    private static string Describe(IReadOnlyList<CellOutput> outputs) =>
        string.Join('\n', outputs.Select(o => $"  {o.Mime}: {o.Content[..Math.Min(o.Content.Length, 500)]}"));

    private static string Ipynb(string folder, NotebookSource source) => Path.Combine(folder, source.Name + ".ipynb");
}
